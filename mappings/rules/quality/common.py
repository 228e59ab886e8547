"""Items that several PLO messages shall have: critical information, contacts, next of kin, children (HIS 1143-1148)."""

from __future__ import annotations

from itertools import chain

from mappings.documents import Message
from mappings.documents.cave import Allerginotat, Cave
from mappings.documents.plo import PloPayload
from mappings.documents.shape import Leaf, Part, below
from mappings.rules.quality.scoring import Item, absent, headed, not_asked, place, text, there


def critical(message: Message) -> Item:
    """Cave, an allergy, or the words that there is nothing."""
    found: Part | None = next(chain(below(message.payload, Cave), below(message.payload, Allerginotat)), None)
    return there("kritisk-informasjon", found, "//Cave | //Allerginotat")


def unit_with_telephone(message: Message) -> Item:
    """The responsible unit by name, and a number to call."""
    payload = message.payload
    units = payload.tilknyttet_enhet if isinstance(payload, PloPayload) else ()
    reachable = next((u.kontaktenhet.tele_com[0] for u in units if u.kontaktenhet.tele_com), None)
    return there("ansvarlig-enhet", reachable, "//TilknyttetEnhet/Kontaktenhet/TeleCom")


def next_of_kin(message: Message) -> Item:
    """At least one person."""
    payload = message.payload
    kin = payload.parorende_foresatt if isinstance(payload, PloPayload) else ()
    return there("parorende", kin[0].referanseperson if kin else None, "//ParorendeForesatt/Referanseperson")


def minors(message: Message) -> Item:
    """Children under 18; nothing said of any is not a lack, for there may be none."""
    payload = message.payload
    kin = payload.parorende_foresatt if isinstance(payload, PloPayload) else ()
    born = next((k.fodselsar_mindrearig_parorende for k in kin if k.fodselsar_mindrearig_parorende), None)
    where = "//ParorendeForesatt/FodselsarMindrearigParorende"
    return there("barn-under-18", born, where) if born else not_asked("barn-under-18", where)


def diagnoses(message: Message) -> Item:
    """A coded or described diagnosis."""
    payload = message.payload
    found = getattr(payload, "info_medisinsk_diagnose", ())
    first = found[0] if isinstance(found, tuple) and found else None
    return there("diagnoser", first, "//InfoMedisinskDiagnose/MedisinskDiagnose")


def nursing_summary(message: Message) -> Item:
    """Sykepleiesammenfatning."""
    return text("sykepleiesammenfatning", headed(message, (9141, "8")), place(9141, "8"))


def practical(message: Message) -> Item:
    """Praktiske opplysninger."""
    return text("praktiske-opplysninger", headed(message, (9141, "14")), place(9141, "14"))


def plans(message: Message) -> Item:
    """Planer for videre oppfølging."""
    return text("plan", headed(message, (9142, "OP")), place(9142, "OP"))


def field(key: str, owner: Part | None, name: str, where: str) -> Item:
    """One element of a part that may itself be absent."""
    value = getattr(owner, name, None) if owner is not None else None
    return there(key, value if isinstance(value, Leaf | Part) else None, where) if value else absent(key, where)
