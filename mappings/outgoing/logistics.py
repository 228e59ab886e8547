"""Readiness as the hospital decides it: LOG_UTSKRIVNINGSKLAR, and LOG_AVMELDING when it is taken back (HIS 80704).

A logistics message is never changed: a wrong time is cancelled and sent anew (HISD 1154:2018).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import Any, Final

from hub.contract import Series
from mappings.documents import Entered, Message
from mappings.documents import felleskomponent as fk1
from mappings.documents.datatypes import TS
from mappings.documents.plo import AvmeldingUtskrivningsklarPasient, MeldingUtskrivningsklarPasient, Pasientlogistikk
from mappings.documents.plo_head import AnsvarForRapport, InformasjonOmForsendelsen
from mappings.documents.plo_stay import TidsfestetHendelse
from mappings.documents.said import ReadinessDecided
from mappings.documents.shape import Leaf, made
from mappings.enveloping import Cover, cs, cv, enveloped, wall_time
from mappings.facts import ADMITTED, READY, WITHDRAWN
from mappings.moments import Moment
from mappings.outgoing.knowing import Draft, Known, Making, info, plo
from mappings.stays import Stay

NOTICE, WITHDRAWAL = "LOG_UTSKRIVNINGSKLAR", "LOG_AVMELDING"
ADDRESSED_LIKE: Final = (NOTICE, WITHDRAWAL, "HELSEOPPL_SOKNAD", "LOG_INNLAGT")
"""Whose receiver the notice goes to, the first that was sent; LOG_INNLAGT goes to another service (HISD 80806)."""
PLO: Final = ("1.5", "1.6")


def readiness(entry: Entered, said: ReadinessDecided, held: Known, making: Making) -> Iterator[Draft]:
    """The notice of what was decided; what it corrects or takes back is told of too, where it was sent."""
    stay, model = held.stay(entry.about), _model(entry, held)
    if stay is None or model is None or held.log.organisations.key(entry.head.sender) != stay.hospital:
        return
    at = (_event(ADMITTED, stay.admission.when),) if stay.admission else ()
    ready = _event(READY, said.at)
    if entry.head.series == "C":
        if making.before is not None:
            gone = AvmeldingUtskrivningsklarPasient(
                tidsfestet_hendelse=(*at, ready, _event(WITHDRAWN, entry.head.generated))
            )
            yield _drafted(model, entry, (WITHDRAWAL, "N"), making, avmelding_utskrivningsklar_pasient=gone)
        return
    if making.before is not None:
        yield from _cancelled(model, entry, held, making)
    elif _was_sent(entry, said, held, stay):
        return
    told = MeldingUtskrivningsklarPasient(tidsfestet_hendelse=(*at, ready))
    yield _drafted(model, entry, (NOTICE, "N"), replace(making, before=None), melding_utskrivningsklar_pasient=told)


def _was_sent(entry: Entered, said: ReadinessDecided, held: Known, stay: Stay) -> bool:
    """Whether the hospital's own system has sent the notice of this readiness already."""
    sent = held.sent_by(entry.head.sender, NOTICE, within=stay.entries)
    withdrawn = held.sent_by(entry.head.sender, WITHDRAWAL, within=stay.entries)
    last = sent[0].message.head.generated if sent else None
    return last is not None and last >= said.at and not any(w.message.head.generated > last for w in withdrawn)


def _model(entry: Entered, held: Known) -> Message | None:
    """The message of the stay that is addressed as this one shall be."""
    stay = held.stay(entry.about)
    within = stay.entries if stay else ()
    for kind in ADDRESSED_LIKE:
        for found in held.sent_by(entry.head.sender, kind, within=within):
            if info(found.message) is not None:
                return found.message
    return None


def _cancelled(model: Message, entry: Entered, held: Known, making: Making) -> Iterator[Draft]:
    """The notice that was sent, in full, cancelled."""
    sent = held.entry(making.before)
    payload = sent.message.payload if sent else None
    if isinstance(payload, Pasientlogistikk) and payload.melding_utskrivningsklar_pasient:
        told = payload.melding_utskrivningsklar_pasient
        yield _drafted(model, entry, (NOTICE, "C"), making, melding_utskrivningsklar_pasient=told)


def _drafted(model: Message, entry: Entered, what: tuple[str, Series], making: Making, **content: Any) -> Draft:
    kind, series = what
    about = info(model)
    assert about is not None  # noqa: S101  ``_model`` has seen to it
    is_about_before = series == "C"
    cover = Cover(
        type=kind,
        id=making.id,
        at=making.at,
        sender=about.sender.organisation,
        receiver=about.receiver.organisation,
        parent=making.before if is_about_before else None,
    )
    payload = made(Pasientlogistikk, **head(model, series, entry.author), **content)
    version = model.version if model.version in PLO else PLO[-1]
    return Draft(type=kind, root=enveloped(cover, about, payload), version=version)


def head(model: Message, series: Series, author: str) -> dict[str, Any]:
    """How a PLO payload begins: status, the unit as the organisation's own message has it, who decided (HITS 1174).

    The name is an identifier of the organisation's own (list 8116, *Annet*): more is not known of who wrote it.
    """
    payload = plo(model)
    who = made(
        fk1.HealthcareProfessional,
        family_name=Leaf(author),
        ident=(fk1.Ident(id=Leaf(author), type_id=cv(8116, "XXX")),),
    )
    return {
        "informasjon_om_forsendelsen": made(InformasjonOmForsendelsen, forsendelsesstatus=cs(7309, series)),
        "tilknyttet_enhet": payload.tilknyttet_enhet if payload else (),
        "ansvar_for_rapport": (made(AnsvarForRapport, ansvarlig_rapport=who),),
    }


def _event(code: str, when: Moment) -> TidsfestetHendelse:
    """A timed event (list 9121); a date stays a date."""
    told = wall_time(when) if isinstance(when, datetime) else when.isoformat()
    return made(
        TidsfestetHendelse,
        hendelsekode=cv(9121, code),
        tidspunkt_for_hendelse=TS(v=Leaf(told)),
        anslag=Leaf("false"),
    )
