"""What the transport says, beside what the envelope says."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from hub.contract import HER_ID, Head, Identifier, Party
from hub.transport import metadata, mismatches, receiving_party


def party(name: str, her_id: str, unit: str = "") -> Party:
    units = (Identifier(HER_ID, unit),) if unit else ()
    return Party(name=name, identifiers=(Identifier(HER_ID, her_id),), unit_identifiers=units)


HEAD = Head(
    message_id="m",
    type="LOG_INNLAGT",
    version="1.6",
    series="N",
    sender=party("Sykehus", "100", "101"),
    receiver=party("Kommune", "200", "201"),
    copies=(party("Fastlege", "300"),),
    persons=(),
    generated=datetime(2026, 3, 4, tzinfo=UTC),
)


def test_only_known_headers_are_kept_and_cut_to_length() -> None:
    said = metadata({"Heimveg-Action": " x ", "Cookie": "secret", "Authorization": "secret", "heimveg-role": "r" * 999})
    assert (said["heimveg-action"], len(said["heimveg-role"]), len(said)) == ("x", 256, 2)


@pytest.mark.parametrize(
    ("header", "value", "codes"),
    [
        ("heimveg-from-her-id", "101", []),
        ("heimveg-from-her-id", "999", ["TRANSPORT_AVSENDER"]),
        ("heimveg-to-her-id", "200", []),
        ("heimveg-to-her-id", "300", []),
        ("heimveg-to-her-id", "999", ["TRANSPORT_MOTTAKER"]),
        ("heimveg-action", "S-LOG_INNLAGT", []),
        ("heimveg-action", "log_innlagt", []),
        ("heimveg-action", "LOG_UTSKREVET", ["TRANSPORT_ACTION"]),
    ],
)
def test_a_contradiction_is_flagged(header: str, value: str, codes: list[str]) -> None:
    assert [issue.code for issue in mismatches({header: value}, HEAD)] == codes


def test_a_delivery_is_for_the_receiver_that_the_transport_names() -> None:
    named = [
        receiving_party(said, HEAD).name for said in ({}, {"heimveg-to-her-id": "300"}, {"heimveg-to-her-id": "9"})
    ]
    assert named == ["Kommune", "Fastlege", "Kommune"]
