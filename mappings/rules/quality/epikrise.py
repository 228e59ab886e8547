"""Epikrise against the points of § 9 (a-e) and of the Vel heim checklist: what is documented, never what is decided.

The texts that § 9 a-c ask for are judged by people; here only whether there is a text where one belongs.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain
from typing import Final

from mappings.documents import Message, epikrise
from mappings.documents.epikrise import InfItem
from mappings.documents.shape import Leaf, Part, below, leaves
from mappings.moments import Moment, day_of
from mappings.norwegian_time import instant_or_date
from mappings.rules.quality.discharge_report import FUTURE, PRIOR
from mappings.rules.quality.scoring import Item, Quality, absent, code_of, not_asked, text, there

GENERAL_PRACTITIONER: Final = "FLE"
_WHO: Final = re.compile(
    r"\b(fastlege\w*|kommunen|hjemmesykepleie\w*|hjemmetjenest\w*|sykehuset|poliklinikk\w*|avdelingen|fysioterapeut\w*|tildelingskontor\w*)\b",
    re.I,
)
_ONLY_CONTROL: Final = re.compile(r"(ny )?kontroll (på |ved )?poliklinikk\w*( om \w+ \w+)?\.?", re.I)
_LIMITS: Final = re.compile(r"palliati|behandlingsbegrens|HLR[ -]?minus|kort forventet levetid|livets slutt", re.I)
_UNRESOLVED: Final = re.compile(r"\b(uavklart|ikke avklart|ikke endelig|ubesvart\w*|venter på svar|usikker\w*)\b", re.I)


def discharge_letter(message: Message, left: Moment | None) -> Quality:
    """The content of EPIKRISE; ``left`` is when the patient left, where it is known."""
    root = message.payload
    assert isinstance(root, epikrise.Message)  # noqa: S101  the kind of a message is that of its payload
    report = root.serv_rprt
    plan = list(_texts(report, "OP"))
    return Quality(
        message_id=message.head.message_id,
        kind="epikrise",
        items=(
            text("p9-a-innleggelsesarsak", _texts(report, "AI", "ÅI", "AH", "PROB"), _where("AI")),
            text("p9-b-ovrige-problemer", _texts(report, "FO", "VU"), _where("FO")),
            _unresolved(report),
            _position(report, plan),
            _function("p9-e-funksjon-for", report, PRIOR),
            _function("p9-e-funksjon-forventet", report, FUTURE),
            text("hvem-gjor-hva", [leaf for leaf in plan if _WHO.search(leaf)], _where("OP")),
            _more_than_a_control(plan),
            _recipients(report),
            _sent_that_day(root, report, left),
            _limits(report),
        ),
    )


def _where(heading: str) -> str:
    return f"//Result[Heading/@V='{heading}']/TextResultValue"


def _texts(report: Part, *headings: str) -> Iterator[Leaf]:
    """The texts under these headings (8311), wherever they stand."""
    kinds = (epikrise.Result, epikrise.Comment, epikrise.ReasonAsText)
    for found in chain.from_iterable(below(report, kind) for kind in kinds):
        assert isinstance(found, kinds)  # noqa: S101  for the type checker
        if code_of(found.heading) in headings and found.text_result_value:
            yield found.text_result_value


def _function(key: str, report: Part, words: re.Pattern[str]) -> Item:
    """How the patient managed before, and what is expected, by the words of the text on function."""
    return text(key, [leaf for leaf in _texts(report, "HJ", "OP") if words.search(leaf)], _where("HJ"))


def _unresolved(report: Part) -> Item:
    """Only asked for where the letter says that a question is open."""
    where = "//Result/TextResultValue"
    told: Leaf | None = next((leaf for leaf in _written(report) if _UNRESOLVED.search(leaf)), None)
    return text("p9-c-uavklart-forklart", [told], where) if told else not_asked("p9-c-uavklart-forklart", where)


def _written(report: Part) -> Iterator[Leaf]:
    return (leaf for _, _, leaf in leaves(report) if len(leaf) > len("HLR minus"))


def _position(report: Part, plan: list[Leaf]) -> Item:
    """A diagnosis, and what is to happen."""
    coded = next(below(report, epikrise.Diagnosis), None)
    main = next((i for i in below(report, InfItem) if code_of(i.type) in ("H", "B")), None)
    diagnosis = there("p9-d-diagnose-og-plan", main or coded, "//InfItem[Type/@V='H']")
    return text("p9-d-diagnose-og-plan", plan, _where("OP")) if diagnosis.word == "present" else diagnosis


def _more_than_a_control(plan: list[Leaf]) -> Item:
    said = [leaf for leaf in plan if not _ONLY_CONTROL.fullmatch(" ".join(leaf.split()))]
    if plan and not said:
        return Item(key="plan-mer-enn-kontroll", word="weak", xpath=plan[0].path)
    return text("plan-mer-enn-kontroll", said, _where("OP"))


def _recipients(report: epikrise.ServRprt) -> Item:
    """Both the general practitioner and the municipality get it, as sender names the copies."""
    key, where = "mottakere-fastlege-og-kommune", "//CopyDest/HCP | //PatRelHCP"
    received = [report.requester.hcp, *(copy.hcp for copy in report.copy_dest)]
    names = [(hcp, " ".join(leaf for _, _, leaf in leaves(hcp)).casefold()) for hcp in received]
    kommune = next((hcp for hcp, said in names if "kommune" in said), None)
    doctor = next((hcp for hcp, said in names if "lege" in said and "kommune" not in said), None)
    if kommune is not None and doctor is not None:
        return there(key, kommune, where)
    return (
        Item(key=key, word="weak", xpath=there(key, kommune or doctor, where).xpath)
        if kommune or doctor
        else absent(key, where)
    )


def _sent_that_day(root: epikrise.Message, report: Part, left: Moment | None) -> Item:
    """Written on the day on which the patient left, or before."""
    key, where = "sendt-utskrivningsdagen", "//GenDate/@V"
    ended = next((e.end_date_time.v for e in below(report, epikrise.ReportedEvent) if e.end_date_time), None)
    gone = left or (instant_or_date(ended) if ended else None)
    made = instant_or_date(root.gen_date.v) if root.gen_date.v else None
    if gone is None or made is None or root.gen_date.v is None:
        return not_asked(key, where)
    return Item(key=key, word="present" if day_of(made) <= day_of(gone) else "weak", xpath=root.gen_date.v.path)


def _limits(report: Part) -> Item:
    """Short life expectancy or limits of treatment, where the letter speaks of them."""
    where = "//InfItem[Type/@V='NB' or Type/@V='PROG']"
    told: Leaf | None = next((leaf for leaf in _written(report) if _LIMITS.search(leaf)), None)
    return there("behandlingsbegrensning", told, where) if told else not_asked("behandlingsbegrensning", where)
