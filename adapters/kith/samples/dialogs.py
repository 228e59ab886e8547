"""Dialog messages around a synthetic stay (HIS 80603, HIS 1077), and the AppRec of whoever received a message.

A dialog message is about another: ``about`` is the id of the message it answers, and the thread is that message's
unless ``conversation`` says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import TypedDict, Unpack

from adapters.kith.samples.case import Case, wall_time
from adapters.kith.samples.envelope import Attachment, Cover, DialogVersion, message
from adapters.kith.samples.parties import Address, Professional
from adapters.kith.write import write
from mappings.documents import apprec as receipt
from mappings.documents import felleskomponent as fk1
from mappings.documents.datatypes import CS, CV
from mappings.documents.dialogmelding import (
    Dialogmelding,
    Foresporsel,
    HealthcareProfessional,
    Notat,
    RollerRelatertNotat,
)
from mappings.documents.shape import Leaf, Markup, Part, made
from mappings.enveloping import cs, cv
from mappings.tables import CODE_LISTS

HOUR = timedelta(hours=1)
_NEWER = ("DIALOG_HELSEFAGLIG", "DIALOG_STATUS_HENVISNING")


class Around(TypedDict, total=False):
    """What a dialog message may be told of its outside; all of it has defaults."""

    version: DialogVersion
    type: str
    message_id: str
    conversation: str
    generated: datetime
    sender: Address
    receiver: Address
    attachments: Sequence[Attachment]


def notat(
    case: Case, about: str | None, *, text: str = "Vi kan ta imot pasienten.", xhtml: str = "", **around: Unpack[Around]
) -> bytes:
    """DIALOG_NOTAT (or ``type``): the municipality's note about a patient who is ready; ``xhtml`` instead of text."""
    theme = (7322, "6") if around.get("type") == "DIALOG_HELSEFAGLIG" else (9155, "1")
    note = made(Notat, tema_kodet=cv(*theme), tekst_notat_innhold=Markup(text, xml=xhtml))
    return _dialog(case, "DIALOG_NOTAT", about, made(Dialogmelding, notat=(note,)), around)


def foresporsel(
    case: Case,
    about: str | None = None,
    *,
    code: tuple[int, str] = (9154, "8"),
    text: str = "Når kan pasienten komme hjem?",
    **around: Unpack[Around],
) -> bytes:
    """DIALOG_FORESPORSEL: from the hospital to the municipality unless told; ``code`` is of 9152, 9153 or 9154."""
    parties = case.parties
    told: Around = {"sender": parties.hospital, "receiver": parties.saksbehandling, **around}
    return _dialog(case, "DIALOG_FORESPORSEL", about, _asked(code, text, told.get("version", "1.0")), told)


def _asked(code: tuple[int, str], text: str, version: DialogVersion) -> Part:
    question = {"sporsmal": Leaf(text)} if version == "1.0" else {"sporsmal_innhold": Markup(text)}
    return made(Dialogmelding, foresporsel=(made(Foresporsel, type_foresp=cv(*code), **question),))


def svar(
    case: Case, about: str, *, code: str = "5", text: str = "Pasienten kan komme i morgen.", **around: Unpack[Around]
) -> bytes:
    """DIALOG_SVAR: the answer to a request (list 9069)."""
    note = made(Notat, tema_kodet=cv(9069, code), tekst_notat_innhold=Markup(text))
    return _dialog(case, "DIALOG_SVAR", about, made(Dialogmelding, notat=(note,)), around)


def helsefaglig(
    case: Case, about: str | None = None, *, text: str = "Har dere bestilt rullator?", **around: Unpack[Around]
) -> bytes:
    """DIALOG_HELSEFAGLIG: the municipality's nurse to the ward, with or without a message that it is about."""
    who = case.parties.home_nurse
    author = made(
        RollerRelatertNotat,
        rolle_notat=cv(9057, "1"),
        healthcare_professional=made(
            HealthcareProfessional,
            type_healthcare_professional=cs(9060, who.profession),
            family_name=Leaf(who.family),
            given_name=Leaf(who.given),
            ident=(fk1.Ident(id=Leaf(who.hpr), type_id=cv(8116, "HPR")),),
        ),
    )
    note = made(
        Notat,
        tema_kodet=cv(7322, "6"),
        tema=Leaf("Hjelpemidler"),
        tekst_notat_innhold=Markup(text),
        dato_notat=case.day(4),
        roller_relatert_notat=(author,),
    )
    return _dialog(case, "DIALOG_HELSEFAGLIG", about, made(Dialogmelding, notat=(note,)), around)


def status_henvisning(
    case: Case, *, text: str = "Pasienten er satt opp til time om tre måneder.", **around: Unpack[Around]
) -> bytes:
    """DIALOG_STATUS_HENVISNING: the hospital tells what became of a referral (list 9148, which we do not hold)."""
    parties = case.parties
    told: Around = {"sender": parties.hospital, "receiver": parties.fastlege, "version": "1.1", **around}
    theme = CV(v=Leaf("1"), s=Leaf(f"{CODE_LISTS}9148"), dn=Leaf("Innkalles til helsehjelp"), ot=None)
    note = made(Notat, tema_kodet=theme, tekst_notat_innhold=Markup(text))
    return _dialog(case, "DIALOG_STATUS_HENVISNING", None, made(Dialogmelding, notat=(note,)), told)


def avvik(case: Case, about: str, *, code: str = "1", text: str = "", **around: Unpack[Around]) -> bytes:
    """DIALOG_AVVIK: a message that was received cannot be processed (list 8117)."""
    content = Markup(text) if text else None
    note = made(Notat, tema_kodet=cv(8117, code), tekst_notat_innhold=content)
    return _dialog(case, "DIALOG_AVVIK", about, made(Dialogmelding, notat=(note,)), around)


def _dialog(case: Case, type: str, about: str | None, payload: Part, around: Around) -> bytes:
    kind = around.get("type", type)
    cover = Cover(
        type=kind,
        name=f"{kind.lower()}-{about}",
        series="N",
        version=around.get("version", "1.1" if kind in _NEWER else "1.0"),
        generated=around.get("generated", case.start + timedelta(days=4, hours=3)),
        sender=around.get("sender", case.parties.saksbehandling),
        receiver=around.get("receiver", case.parties.hospital),
        message_id=around.get("message_id"),
        parent=about,
        conversation=around.get("conversation"),
    )
    return message(case, cover, payload, attachments=around.get("attachments", ()))


class Received(TypedDict, total=False):
    """What an AppRec may be told; all of it has defaults."""

    type: str
    version: DialogVersion
    generated: datetime
    issued: datetime
    sender: Address
    receiver: Address
    message_id: str


def apprec(
    case: Case,
    original: str,
    *,
    status: str = "1",
    errors: Sequence[tuple[str, str]] = (),
    **told: Unpack[Received],
) -> bytes:
    """AppRec: ``status`` of list 8258 and errors as (code of list 8221, detail), an hour after what it answers."""
    issued = told.get("issued", case.start + timedelta(days=4))
    generated = told.get("generated", issued + HOUR)
    version = told.get("version", "1.1")
    stated = tuple(replace(cv(8221, code), ot=Leaf(detail) if detail else None) for code, detail in errors)
    answer = made(
        receipt.AppRec,
        msg_type=CS(v=Leaf("APPREC"), dn=Leaf("Applikasjonskvittering")),
        mig_version=Leaf("v1.1 2012-02-15" if version == "1.1" else "1.0 2004-11-21"),
        gen_date=Leaf(wall_time(generated)),
        id=Leaf(told.get("message_id") or case.message_id(f"apprec-{original}-{status}")),
        sender=receipt.Sender(role=None, hcp=_hcp(told.get("sender", case.parties.saksbehandling))),
        receiver=receipt.Receiver(role=None, hcp=_hcp(told.get("receiver", case.parties.hospital))),
        status=cs(8258, status),
        error=stated,
        original_msg_id=receipt.OriginalMsgId(
            msg_type=cs(8279, told.get("type", "LOG_UTSKRIVNINGSKLAR")),
            issue_date=Leaf(wall_time(issued)),
            id=Leaf(original),
        ),
    )
    return write(answer, version)


def _hcp(address: Address) -> receipt.HCP:
    """Both levels; the organisation number as an additional identifier."""
    level1, level2 = address.virksomhet, address.level2
    her, number = CS(v=Leaf("HER"), dn=Leaf("HER-id")), CS(v=Leaf("ENH"), dn=Leaf("Organisasjonsnummeret"))
    named = {"id": Leaf(level2.her_id), "type_id": her}
    if isinstance(level2, Professional):
        below: dict[str, tuple[Part, ...]] = {
            "hc_person": (made(receipt.HCPerson, name=Leaf(f"{level2.given} {level2.family}"), **named),)
        }
    else:
        below = {"dept": (made(receipt.Dept, name=Leaf(level2.name), **named),)}
    inst = made(
        receipt.Inst,
        name=Leaf(level1.name),
        id=Leaf(level1.her_id),
        type_id=her,
        additional_id=(receipt.AdditionalId(id=Leaf(level1.number), type=number),),
        **below,
    )
    return made(receipt.HCP, inst=inst)
