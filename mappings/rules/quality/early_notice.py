"""Helseopplysninger: the four points of an early notice (agreement, HIS 1144), and what 1.6 asks for beside them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from mappings.documents import Message
from mappings.documents.plo import HelseopplysningerVedSoknad
from mappings.documents.shape import Leaf
from mappings.facts import ADMITTED, content_type, event, expected
from mappings.moments import Moment, is_before
from mappings.narrative import notes
from mappings.rules.quality import common
from mappings.rules.quality.scoring import (
    REASONED,
    Item,
    Quality,
    absent,
    headed,
    is_reasoned,
    not_asked,
    place,
    text,
    there,
)

STATUS, COURSE = (9145, "1"), (9145, "2")
_FUNCTION: Final = re.compile(r"funksjon|rullator|gange|stell|hjelp|selvhjulp|mobilis|opptren", re.I)
_CHANGED: Final = re.compile(r"endr|siden sist|forrige melding|nytt|ny dato|oppdater|utsatt|framskynd|fremskynd", re.I)
_DATE: Final = "//OpplysningOpphold/TidsfestetHendelse[Hendelsekode[@V='5' or @V='3']]/TidspunktForHendelse/@V"


def early_notice(message: Message, admission: Moment | None) -> Quality:
    """The content of HELSEOPPL_SOKNAD; ``admission`` is that of the stay, where it is known."""
    update = is_update(message)
    return Quality(
        message_id=message.head.message_id,
        kind="oppdatering" if update else "tidligmelding",
        items=(
            _heading(message, update),
            text("pasientens-status", headed(message, STATUS), place(*STATUS)),
            text("antatt-forlop", headed(message, COURSE), place(*COURSE)),
            _expected(message, admission or _admitted(message)),
        ),
        extended=(
            text("forventet-behandling", headed(message, (9142, "UTRED"), (9142, "FO")), place(9142, "UTRED")),
            _function(message),
            common.critical(message),
            common.unit_with_telephone(message),
            common.next_of_kin(message),
            common.minors(message),
            *([_changed(message)] if update else []),
        ),
    )


def is_update(message: Message) -> bool:
    """Updated information by its content type (9140); in 1.5, which has none, by Forsendelsesstatus."""
    kind = content_type(message)
    return kind == "2" if kind else message.head.series == "M"


def _heading(message: Message, update: bool) -> Item:
    """Whether it says that it is an early notice; an update is none, and 1.5 has no place to say it."""
    payload = message.payload
    said = payload.type_innhold_i_melding if isinstance(payload, HelseopplysningerVedSoknad) else None
    where = "//TypeInnholdIMelding/TypeInnhold/@V"
    if update:
        return not_asked("overskrift", where)
    if said is None:
        return Item(key="overskrift", word="present", xpath="//InformasjonOmForsendelsen/Forsendelsesstatus/@V")
    return there("overskrift", said.type_innhold.v if said.type_innhold.v == "1" else None, where)


def _expected(message: Message, admission: Moment | None) -> Item:
    """A readable day not before the admission, or the reason why none can be given."""
    found = expected(message)
    if found is not None:
        early = admission is not None and is_before(found.when, admission)
        return Item(key="forventet-utskrivning", word="weak" if early else "present", xpath=found.leaf.path)
    reason = next((said for said in _remarks(message) if is_reasoned(said)), None)
    if reason is not None:
        return Item(key="forventet-utskrivning", word="present", xpath=reason.path, flags=(REASONED,))
    return absent("forventet-utskrivning", _DATE)


def _admitted(message: Message) -> Moment | None:
    found = event(message, ADMITTED)
    return found.when if found else None


def _remarks(message: Message) -> Iterator[Leaf]:
    """Where the reason for a missing date is looked for: the two notes and the remarks."""
    yield from headed(message, STATUS, COURSE)
    payload = message.payload
    if not isinstance(payload, HelseopplysningerVedSoknad):
        return
    told = [payload.type_innhold_i_melding, *(stay.tidsfestet_hendelse for stay in payload.opplysning_opphold)]
    yield from (part.merknad for part in told if part is not None and part.merknad)


def _function(message: Message) -> Item:
    """Expected function is written into the expected course (HIS 1144); recognised by its words."""
    said = [leaf for leaf in headed(message, COURSE) if _FUNCTION.search(leaf)]
    return text("forventet-funksjon", said, place(*COURSE))


def _changed(message: Message) -> Item:
    """An update shall say what is new; free text anywhere in it."""
    written = [leaf for note in notes(message.payload) for leaf in (note.notat, note.merknad) if leaf]
    said = [leaf for leaf in (*_remarks(message), *written) if _CHANGED.search(leaf)]
    return text("hva-er-endret", said, "//TypeInnholdIMelding/Merknad | //Journaltekst/Notat")
