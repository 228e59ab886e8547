"""The table of message types: which payload is which message, and how it is answered.

The payload's root decides, and for logistics the choice child; ``Type/@V`` (list 8279) is only compared with it
(HIS 80704; ``LOG_*`` share one root). The payload's namespace tells the version and the AppRec version.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final, Literal

from lxml import etree

AppRecVersion = Literal["1.0", "1.1"]

_PO = "http://www.kith.no/xmlstds/po/"
_EPJ = "http://www.kith.no/xmlstds/epj/"
_DIALOGS = ("DIALOG_NOTAT", "DIALOG_FORESPORSEL", "DIALOG_SVAR", "DIALOG_AVVIK", "DIALOG_HELSEFAGLIG")

LOGISTICS: Final = {
    "MeldingInnlagtPasient": "LOG_INNLAGT",
    "MeldingUtskrivningsklarPasient": "LOG_UTSKRIVNINGSKLAR",
    "AvmeldingUtskrivningsklarPasient": "LOG_AVMELDING",
    "MeldingOmUtskrevetPasient": "LOG_UTSKREVET",
    "OrienteringOmDod": "LOG_DOD",
}
"""Choice child of ``Pasientlogistikk`` -> message type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One payload: its version, the AppRec version that answers it, and the types it may carry, the likeliest first.

    ``also`` are older or wider codes that say the same; ``series`` is what Forsendelsesstatus may be (HISD 1154 3.1).
    ``foreign``: no shape of ours; its own adapter reads what is inside (``adapters.eresept``).
    """

    version: str
    apprec: AppRecVersion
    types: tuple[str, ...]
    also: tuple[str, ...] = ()
    series: str = "NMC"
    foreign: bool = False


_PLO: Final = (
    # root, namespace folder in 1.5, in 1.6, type, other codes that say the same, allowed Forsendelsesstatus
    ("Pasientlogistikk", "Pasientlogistikk", "Pasientlogistikk", "LOG_INNLAGT", ("PASIENTLOGISTIKK",), "NC"),
    ("Innleggelsesrapport", "Innleggelsesrapport", "Innleggelsesrapport", "INNLEGGELSESRAPPORT", (), "NMC"),
    (
        "HelseopplysningerVedSoknad",
        "HelseopplysningerVedSoknad",
        "HelseopplysningerVedSoknad",
        "HELSEOPPL_SOKNAD",
        (),
        "NMC",
    ),
    (
        "TverrfagligEpikrise",
        "TverrfagligEpikrise",
        "TverrfagligEpikrise",
        "UTSKRIVNINGSRAPPORT",
        ("TVERRFAGLIG_EPIKRISE", "FODSELS_EPIKRISE"),
        "NMC",
    ),
    ("Konsultasjon", "Konsultasjon", "HelseopplysningerTilLege", "HELSEOPPLYSNINGER_LEGE", (), "NC"),
    (
        "OverforingMedisinskeOpplysninger",
        "OverforingMedisinskeOpplysninger",
        "MedisinskeOpplysninger",
        "MEDISINSKE_OPPLYSNINGER",
        (),
        "NC",
    ),
    (
        "OrienteringOmTjenestetilbud",
        "OrienteringOmTjenestetilbud",
        "OrienteringOmTjenestetilbud",
        "ORIENTERING_TJENESTETILBUD",
        (),
        "NC",
    ),
    ("MeldingFravar", "MeldingFravar", "", "FRAVARSMELDING", (), "NMC"),
)

KINDS: Final[dict[str, Kind]] = {
    "{http://www.kith.no/xmlstds/dialog/2006-10-11}Dialogmelding": Kind(
        version="1.0",
        apprec="1.0",
        types=_DIALOGS,
    ),
    "{http://www.kith.no/xmlstds/dialog/2013-01-23}Dialogmelding": Kind(
        version="1.1", apprec="1.1", types=("DIALOG_HELSEFAGLIG", "DIALOG_STATUS_HENVISNING", *_DIALOGS)
    ),
    "{http://www.kith.no/xmlstds/epikrise/2006-09-23}Message": Kind(version="1.1", apprec="1.0", types=("EPIKRISE",)),
    "{http://www.kith.no/xmlstds/epikrise/2012-02-15}Message": Kind(version="1.2", apprec="1.1", types=("EPIKRISE",)),
    "{http://www.kith.no/xmlstds/apprec/2004-11-21}AppRec": Kind(version="1.0", apprec="1.0", types=("APPREC",)),
    "{http://www.kith.no/xmlstds/apprec/2012-02-15}AppRec": Kind(version="1.1", apprec="1.1", types=("APPREC",)),
    **{
        f"{{{_EPJ}{folder}/2008-02-20}}{root}": Kind(version="1.0", apprec="1.1", types=("EPJ-EKSTRAKT",))
        for folder, root in (
            ("EPJEkstrakt", "Node"),
            ("EPJTilleggsinfo", "tilleggsinfoEPJKomponent"),
            ("epj1", "Cave"),
            ("epj2", "Notater"),
            ("epj3", "Legemidler"),
        )
    },
    **{
        f"{{http://www.kith.no/xmlstds/eresept/m25{part}/2013-10-08}}LegemidlerIBruk": Kind(
            version="2013-10-08", apprec="1.0", types=(f"ERM25{part}",), series="N", foreign=True
        )
        for part in "123"
    },
}
"""Payload root -> its kind; EPJ-EKSTRAKT is several payloads in one message."""


def _plo_kinds() -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for root, first, second, code, also, series in _PLO:
        old = Kind(version="1.5", apprec="1.0", types=(code,), also=also, series=series)
        kinds[f"{{{_PO}{first}/2009-06-30}}{root}"] = old
        if second:
            kinds[f"{{{_PO}{second}/2012-04-01}}{root}"] = replace(old, version="1.6", apprec="1.1")
    return kinds


KINDS.update(_plo_kinds())


def kind_of(payload: etree._Element) -> Kind | None:
    """The kind of a payload by its root element, or None when we do not support it."""
    return KINDS.get(str(payload.tag))


def type_of(payload: etree._Element, said: str) -> str:
    """The message type that the payload is; ``said`` (``Type/@V``) only chooses where the payload leaves a choice."""
    kind = KINDS[str(payload.tag)]
    name = etree.QName(payload).localname
    if name == "Pasientlogistikk":
        found = (LOGISTICS.get(etree.QName(child).localname) for child in payload.iterchildren(etree.Element))
        return next((code for code in found if code), kind.types[0])
    if said in kind.types:
        return said
    return _dialog_type(payload) if name == "Dialogmelding" and kind.version == "1.0" else kind.types[0]


def agrees(kind: Kind, said: str, found: str) -> bool:
    """Whether the type that the sender wrote is the type that the payload is, in this or an older spelling.

    Epikrise 1.1 never took its type from list 8279, so there is nothing to compare.
    """
    return said == found or said in kind.also or (kind.version, kind.types) == ("1.1", ("EPIKRISE",))


def _dialog_type(payload: etree._Element) -> str:
    """Dialogmelding 1.0 by its content: the list of ``Notat/TemaKodet`` tells reply, deviation and note apart."""
    if payload.find("{*}Foresporsel") is not None:
        return "DIALOG_FORESPORSEL"
    theme = payload.find("{*}Notat/{*}TemaKodet")
    code_list = (theme.get("S") or "").rpartition(".")[2] if theme is not None else ""
    return {"9069": "DIALOG_SVAR", "8117": "DIALOG_AVVIK"}.get(code_list, "DIALOG_NOTAT")
