"""Which part of a message becomes what: a row for each part that a resource is made of.

A reader gets the chart of the message, a key that tells the part from others, and the part. A part without a row is
walked through; what only the text holds is in ``mappings/fields``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical.administration import administrations
from mappings.clinical.allergy import allergy, cave
from mappings.clinical.chart import Chart
from mappings.clinical.condition import dated, diagnosis, earlier
from mappings.clinical.flag import communication_needs, infection, note_flags
from mappings.clinical.medication import medication_lines
from mappings.documents.cave import Allerginotat, SakshodeCave
from mappings.documents.journalnotat import GenereltJournalnotat, Journaltekst
from mappings.documents.legemiddel import Legemiddelinfo, LegemidlerAdministrertVedOverforing
from mappings.documents.plo_medical import InfoTidligereSykdommer, MedisinskDiagnose, TidsperiodeDiagnose
from mappings.documents.plo_stay import AssistertKommunikasjon
from mappings.documents.shape import Part

Reader = Callable[[Chart, str, Any], Iterable[Resource]]
Summary = Callable[[Chart, Part, Mapping[str, Resource]], Iterable[tuple[Resource, Iterable[Part]]]]
"""Makes resources of a whole payload and of what its parts became, by reference; each with the parts that it is of."""

READERS: Final[dict[type[Part], Reader]] = {
    MedisinskDiagnose: diagnosis,
    TidsperiodeDiagnose: dated,
    InfoTidligereSykdommer: earlier,
    Allerginotat: allergy,
    SakshodeCave: cave,
    GenereltJournalnotat: note_flags,
    Journaltekst: infection,
    AssistertKommunikasjon: communication_needs,
    Legemiddelinfo: medication_lines,
    LegemidlerAdministrertVedOverforing: administrations,
}
SUMMARIES: Final[tuple[Summary, ...]] = ()
