from __future__ import annotations

from hub.contract import HER_ID, ORGANISASJONSNUMMER, Identifier, Party
from mappings.identifiers import FNR, H, identifier, issuer_key, strongest_first

HOSPITAL = Party(name="Eksempel HF", identifiers=(Identifier(ORGANISASJONSNUMMER, "310000019"),))


def test_her_id_is_compared_by_its_digits() -> None:
    assert identifier("HER", " 369.767") == Identifier(HER_ID, "369767")


def test_local_id_belongs_to_who_issued_it() -> None:
    ours = identifier("LAV", "ORTØYA", issuer=issuer_key(HOSPITAL))
    assert ours == Identifier(f"{H}/sid/lav/orgnr-310000019", "ORTØYA")
    assert identifier("LAV", "ORTØYA", issuer="urn:oid:2.16.578.1.12.4.1.2|7") != ours


def test_h_number_never_matches_across_organisations() -> None:
    here = identifier("HNR", "1", issuer="a")
    there = identifier("HNR", "1", issuer="b")
    assert here is not None
    assert there is not None
    assert here.system != there.system


def test_organisation_without_numbers_vouches_by_its_name() -> None:
    assert issuer_key(Party(name=" Legekontoret ", identifiers=())) == "Legekontoret"


def test_blank_value_is_no_identifier() -> None:
    assert identifier("FNR", "  ") is None


def test_national_numbers_come_before_scoped_ones_in_any_order() -> None:
    found = [
        ("PNR", Identifier("p", "1")),
        ("HNR", Identifier("h", "1")),
        ("DNR", Identifier("d", "1")),
        ("FNR", Identifier(FNR, "2")),
        ("FNR", Identifier(FNR, "1")),
        ("FNR", Identifier(FNR, "1")),
    ]
    expected = ("1", "2")
    ranked = strongest_first(found)
    assert tuple(i.value for i in ranked[:2]) == expected
    assert [i.system for i in ranked] == [FNR, FNR, "d", "h", "p"]
    assert strongest_first(reversed(found)) == ranked
