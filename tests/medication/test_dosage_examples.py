"""Every example of the dossier on medication (5.3): what is read of it, and how surely."""

from __future__ import annotations

import pytest

from mappings.medication.dosage import Dose, Reading, Timing, dosages, parse, with_use
from mappings.medication.dosage.render import decimal_text

EXAMPLES = [
    ("T1", "2 tabl kl 08 og 13", "2 tablett @08:00,13:00 2/1d", "full"),
    ("T2", "2 tabl kl 08 og 1 tabl kl 13", "2 tablett @08:00 1/1d + 1 tablett @13:00 1/1d", "full"),
    ("T3", "1 tabl kl 22", "1 tablett @22:00 1/1d", "full"),
    ("T4", "1 tabl kl 08, 1 tabl kl 13, 2 tabl kl 18", "1 tablett @08:00,13:00 2/1d + 2 tablett @18:00 1/1d", "full"),
    ("T5", "1 tabl kl 08, 1 tabl kl 13 og en tabl kl 22", "1 tablett @08:00,13:00,22:00 3/1d", "full"),
    ("T6", "2 tabl kl 08 og 13. Gjentas hvert døgn.", "2 tablett @08:00,13:00 2/1d", "full"),
    ("T7", "Tas ved smerter. Max 8 pr døgn", "PRN(smerter) max 8", "partial"),
    ("T8", "2 stk", "2 stk", "partial"),
    ("T9", "2 tabletter gitt kl 08 på utskrivelsesdag", "", "none"),
    ("T10", "1 tabl. om morgenen", "1 tablett [MORN] 1/1d", "full"),
    ("T11", "1 tabl. om kvelden", "1 tablett [EVE] 1/1d", "full"),
    ("T12", "1 tabl. x 2 i fire uker", "1 tablett 2/1d for 4wk", "full"),
    ("T13", "1 tablett daglig", "1 tablett 1/1d", "full"),
    ("T14", "1 tablett kveld", "1 tablett [EVE] 1/1d", "full"),
    ("T15", "1-2 tabletter inntil 3 ganger daglig", "1-2 tablett 1-3/1d", "full"),
    ("T16", "10 ml 3 ganger daglig", "10 mL 3/1d", "full"),
    ("T17", "2 tabletter morgen, 2 tabletter midt på dagen og 2 tabletter kveld i 6 dager",
     "2 tablett [MORN,NOON,EVE] 3/1d for 6d", "full"),
    ("T18", "2 doser i hvert nesebor morgen og kveld", "2 dose [MORN,EVE] 2/1d site(i hvert nesebor)", "partial"),
    ("T19", "1 dråpe i hvert øye morgen og kveld", "1 dråpe [MORN,EVE] 2/1d site(i hvert øye)", "partial"),
    ("T20", "100 ml per døgn i 15 døgn", "100 mL 1/1d for 15d", "full"),
    ("T21", "Brukes som avtalt med lege", "", "none"),
    ("T22", "1+0+1+0", "1 [MORN,EVE] 2/1d", "full"),
    ("T23", "1+1+1", "1 [MORN,NOON,EVE] 3/1d", "full"),
    ("T24", "2+0+1 tabl", "2 tablett [MORN] 1/1d + 1 tablett [EVE] 1/1d", "full"),
    ("T25", "0+0+0+2", "2 [NIGHT] 1/1d", "full"),
    ("T26", "1 x 3", "1 3/1d", "full"),
    ("T27", "0,5x3", "0,5 3/1d", "full"),
    ("T28", "1x1x5", "1 1/1d for 5d", "full"),
    ("T29", "1/2 tablett morgen", "0,5 tablett [MORN] 1/1d", "full"),
    ("T30", "1 ½ tabl daglig", "1,5 tablett 1/1d", "full"),
    ("T31", "inntil 3 ganger daglig ved behov", "1-3/1d PRN", "partial"),
    ("T32", "1 tablett inntil 4 ganger i døgnet ved behov, maks 4 g/døgn", "1 tablett 1-4/1d PRN max 4 g", "full"),
    ("T33", "hver 3. dag", "1/3d", "partial"),
    ("T34", "1 plaster hver 3. dag", "1 plaster 1/3d", "full"),
    ("T35", "1 tablett annenhver dag", "1 tablett 1/2d", "full"),
    ("T35b", "1 tablett hver annen dag", "1 tablett 1/2d", "full"),
    ("T35c", "1 tablett hver 2. dag", "1 tablett 1/2d", "full"),
    ("T36", "70 mg én gang i uken (mandag)", "70 mg {mon} 1/1wk", "full"),
    ("T37", "1 tablett mandag, onsdag og fredag", "1 tablett {mon,wed,fri} 3/1wk", "full"),
    ("T38", "1 sprøyte hver 3. måned", "1 sprøyte 1/3mo", "full"),
    ("T39", "1 mg im hver 12. uke", "1 mg 1/12wk route(intramuskulært)", "full"),
    ("T40", "500 mg hver 6. time", "500 mg 1/6h", "full"),
    ("T41", "1 kapsel 30 min før frokost", "1 kapsel [ACM-30] 1/1d", "full"),
    ("T42", "1 tabl ved sengetid", "1 tablett [HS] 1/1d", "full"),
    ("T43", "3 tas 1/2-1 time før sengetid", "3 [HS] 1/1d", "partial: 1/2-1 time før"),
    ("T44", "2 inhalasjoner morgen og kveld, skyll munnen",
     "2 inhalasjon [MORN,EVE] 2/1d instr(skyll munnen)", "full"),
    ("T45", "18 E kl 22", "18 E @22:00 1/1d", "full"),
    ("T46", "6+4+6 E til måltid", "6 E [CM,CV] 2/1d + 4 E [CD] 1/1d", "full"),
    ("T47", "1 tablett morgen og 1 tablett ettermiddag i 3 dager, deretter ingen dosering i 1 dag, deretter 1 tablett "
     "morgen, 1 tablett formiddag, 1 tablett ettermiddag og 1 tablett kveld i 22 dager",
     "1 tablett [MORN,AFT] 2/1d for 3d > pause for 1d > 1 tablett [MORN,MORN.late,AFT,EVE] 4/1d for 22d", "full"),
    ("T48", "Nedtrapping: 4 tabl daglig i 3 dager, deretter 2 tabl i 3 dager, deretter 1 tabl i 3 dager",
     "4 tablett 1/1d for 3d > 2 tablett 1/1d for 3d > 1 tablett 1/1d for 3d", "full"),
    ("T49", "Nedtrapping etter skjema", "", "none"),
    ("T50", "Se marevanskjema", "", "none: schedule-external"),
    ("T50b", "doseres etter INR", "", "none: schedule-external"),
    ("T51", "1 tablett morgen\nOmrystes før bruk", "1 tablett [MORN] 1/1d instr(omrystes før bruk)", "full"),
    ("T52", "2 tabl om nødvendig kan gjentas etter 2 timer, maks 2 ganger", "2 tablett PRN",
     "partial: kan gjentas etter 2 timer, maks 2 ganger"),
    ("T53", "21 dager på, 7 dager pause, 1 tablett daglig", "", "none"),
    ("T54", "Følg vedlagte bruksanvisning", "", "none"),
    ("T55", "1 tabl i dag, så 1 tabl morgen og kveld fra i morgen", "", "none"),
    ("T56", "1-2 inntil x3", "1-2 1-3/1d", "full"),
    ("T57", "2 inntil x4", "2 1-4/1d", "full"),
    ("T58", "4 som engangsdose", "4 once", "full"),
    ("T59", "1 tablett morgen daglig", "1 tablett [MORN] 1/1d", "full"),
    ("T60", "2 tabletter ved behov, inntil 4 ganger daglig. Maks 8 pr døgn", "2 tablett 1-4/1d PRN max 8", "full"),
    ("T61", "1+1+0+1+1", "1 [MORN,MORN.late,EVE,NIGHT] 4/1d", "full"),
    ("T62", "4 tabl hver onsdag", "4 tablett {wed} 1/1wk", "full"),
    ("T63", "Inntil 4 ganger daglig. Maks 8 pr døgn", "1-4/1d max 8", "partial"),
    ("7.9 C1", "1 tabl morgen og kveld", "1 tablett [MORN,EVE] 2/1d", "full"),
    ("7.9 C13", "1 tabl kl 08 og 1/2 tabl kl 13", "1 tablett @08:00 1/1d + 0,5 tablett @13:00 1/1d", "full"),
    ("M-C", "4 tabl daglig i 3 dager, deretter 2 tabl daglig i 3 dager, deretter 1 tabl daglig i 3 dager",
     "4 tablett 1/1d for 3d > 2 tablett 1/1d for 3d > 1 tablett 1/1d for 3d", "full"),
    ("7478/1", "0,5 ved sengetid", "0,5 [HS] 1/1d", "full"),
    ("7478/9", "1-2 ved sengetid", "1-2 [HS] 1/1d", "full"),
    ("7478/10", "0,25+0,25+0,5", "0,25 [MORN,NOON] 2/1d + 0,5 [EVE] 1/1d", "full"),
    ("7478/93", "1 daglig", "1 1/1d", "full"),
    ("7478/206", "1+0+1 i hvert øye", "1 [MORN,EVE] 2/1d site(i hvert øye)", "partial"),
    ("7478/5533", "3+0+0+0", "3 [MORN] 1/1d", "full"),
]  # fmt: skip


def told(reading: Reading) -> str:
    """The doses in the shorthand of the examples: "+" is at the same time, ">" afterwards."""
    shown = ""
    for before, dose in zip((None, *reading.doses), reading.doses, strict=False):
        shown += "" if before is None else " > " if dose.sequence > before.sequence else " + "
        shown += dose_told(dose)
    return shown


def dose_told(dose: Dose) -> str:
    amount = ""
    if dose.low is not None and dose.high is not None:
        amount = decimal_text(dose.low) + (f"-{decimal_text(dose.high)}" if dose.high != dose.low else "")
    pieces = [
        "pause" if dose.is_pause else amount,
        dose.unit,
        timing_told(dose.timing),
        f"for {dose.lasts[0]}{dose.lasts[1]}" if dose.lasts else "",
        f"until {dose.until}" if dose.until else "",
        (f"PRN({dose.reason})" if dose.reason else "PRN") if dose.as_needed else "",
        f"max {decimal_text(dose.most)} {dose.most_unit}".rstrip() if dose.most is not None else "",
        f"route({dose.route})" if dose.route else "",
        f"site({dose.site})" if dose.site else "",
        f"instr({', '.join(dose.instructions)})" if dose.instructions else "",
    ]
    return " ".join(piece for piece in pieces if piece)


def timing_told(when: Timing) -> str:
    offset = f"-{when.offset}" if when.offset else ""
    most = f"-{when.most}" if when.most else ""
    pieces = [
        "@" + ",".join(c[:5] for c in when.clock) if when.clock else "",
        "[" + ",".join(when.when) + offset + "]" if when.when else "",
        "{" + ",".join(when.days) + "}" if when.days else "",
        f"{when.frequency}{most}/{when.period}{when.unit}" if when.frequency else "",
        "once" if when.count else "",
    ]
    return " ".join(piece for piece in pieces if piece)


def certainty(reading: Reading) -> str:
    if reading.confidence == "partial" and reading.residual:
        return f"partial: {reading.residual}"
    flags = [flag for flag in reading.flags if flag == "schedule-external"]
    return f"{reading.confidence}: {flags[0]}" if flags else reading.confidence


@pytest.mark.parametrize(("text", "doses", "sure"), [e[1:] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_example_is_read_as_agreed(text: str, doses: str, sure: str) -> None:
    reading = parse(text)
    assert (told(reading), certainty(reading)) == (doses, sure)


@pytest.mark.parametrize("text", [e[1] for e in EXAMPLES], ids=[e[0] for e in EXAMPLES])
def test_the_text_itself_is_never_changed(text: str) -> None:
    assert parse(text).text == text
    assert [dosage["text"] for dosage in dosages(parse(text))] == [text] * max(1, len(parse(text).doses))


@pytest.mark.parametrize("text", ["1-2 tabletter inntil 3 ganger daglig", "2 inntil x4"])
def test_as_needed_comes_from_bruk_where_the_text_does_not_say_so(text: str) -> None:
    assert not parse(text).doses[0].as_needed
    assert with_use(parse(text), "3").doses[0].as_needed


def test_a_fixed_treatment_whose_text_says_ved_behov_contradicts_itself() -> None:
    reading = with_use(parse("1 tablett inntil 3 ganger daglig ved behov"), "1")
    assert (reading.confidence, reading.flags) == ("partial", ("as-needed-conflict",))
