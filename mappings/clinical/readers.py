"""Which part of a message becomes what: a row for each part that a resource is made of.

A reader gets the chart of the message, a key that tells the part from others, and the part. A part without a row is
walked through; what only the text holds is in ``mappings/fields``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from hub.contract import Resource
from mappings.clinical import epikrise, epikrise_people, epikrise_referral
from mappings.clinical.administration import administrations
from mappings.clinical.aids import agreement, aid, follow_up, worn
from mappings.clinical.allergy import allergy, cave
from mappings.clinical.appointment import control
from mappings.clinical.chart import Chart
from mappings.clinical.condition import diagnosis, earlier, reported_to_iplos
from mappings.clinical.contacts import contacts, next_of_kin
from mappings.clinical.flag import communication_needs, infection, note_flags
from mappings.clinical.function import assessment, function, other_profession, responsible
from mappings.clinical.informing import document_sent, information_given, reservation
from mappings.clinical.measures import begun, consultation, goal, need, recommended
from mappings.clinical.medication import medication_lines
from mappings.clinical.medicine_list import medicine_list
from mappings.clinical.observation import absence, application, blood_type, content_kind, request, social, stay_event
from mappings.clinical.plan import plan
from mappings.documents import epikrise as dis
from mappings.documents import plo_head, plo_measures, plo_medical, plo_nursing, plo_services, plo_stay
from mappings.documents.cave import Allerginotat, SakshodeCave
from mappings.documents.journalnotat import GenereltJournalnotat, Journaltekst
from mappings.documents.legemiddel import Legemiddelinfo, LegemidlerAdministrertVedOverforing
from mappings.documents.shape import Part

Reader = Callable[[Chart, str, Any], Iterable[Resource]]
Summary = Callable[[Chart, Part, Mapping[str, Resource]], Iterable[tuple[Resource, Iterable[Part]]]]
"""Makes resources of a whole payload and of what its parts became, by reference; each with the parts that it is of."""

READERS: Final[dict[type[Part], Reader]] = {
    plo_head.InformasjonOmForsendelsen: request,
    plo_head.TilleggsopplysningPasient: social,
    plo_head.ParorendeForesatt: next_of_kin,
    plo_head.SendtDokument: document_sent,
    plo_head.Fraversassistent: absence,
    plo_medical.MedisinskDiagnose: diagnosis,
    plo_medical.InfoIPLOSrelevantInformasjon: reported_to_iplos,
    plo_medical.InfoTidligereSykdommer: earlier,
    plo_medical.RegistrertBlodtype: blood_type,
    plo_medical.AndreFagrapporter: other_profession,
    plo_measures.InfoVurderinger: assessment,
    plo_measures.IverksatteTiltak: begun,
    plo_measures.AnbefaltVidereTiltak: recommended,
    plo_measures.InfoMaalForventetRes: goal,
    plo_nursing.OpplysningerRelevantOppfolging: follow_up,
    plo_nursing.AvtaleOmAdmLegemidler: agreement,
    plo_services.InfoKartleggingFunksjonsniva: function,
    plo_services.Ansvarlig: responsible,
    plo_services.FasteHjelpemidler: worn,
    plo_services.StatusHjelpemiddel: aid,
    plo_services.TjenesteBehov: need,
    plo_stay.OpplysningerTilSoknad: application,
    plo_stay.OpplysningOpphold: stay_event,
    plo_stay.TypeInnholdIMelding: content_kind,
    plo_stay.InnholdKonsultasjon: consultation,
    plo_stay.InformasjonGitt: information_given,
    plo_stay.ReservasjonOnske: reservation,
    plo_stay.InfoKontrolltime: control,
    plo_stay.AssistertKommunikasjon: communication_needs,
    dis.InfItem: epikrise.item,
    dis.ServReq: epikrise_referral.referral,
    dis.PatientPrecaution: epikrise.precaution,
    dis.PatientRelParty: epikrise_people.relative,
    Allerginotat: allergy,
    SakshodeCave: cave,
    GenereltJournalnotat: note_flags,
    Journaltekst: infection,
    Legemiddelinfo: medication_lines,
    LegemidlerAdministrertVedOverforing: administrations,
}
SUMMARIES: Final[tuple[Summary, ...]] = (contacts, epikrise_people.team, medicine_list, plan)
