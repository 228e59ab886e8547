"""Policies, rates and programmes as an operator sets them: a wrong one stops the start and is named."""

from __future__ import annotations

from pathlib import Path

import pytest

from hub.doors import course_of
from hub.errors import ConfigurationError
from hub.settings import load_settings


def test_policies_come_from_the_environment_as_names_and_values(monkeypatch) -> None:
    monkeypatch.setenv("HEIMVEG_POLICIES", "death_day_counts=yes, reply_hours=12")
    chosen = course_of(load_settings()).keywords["policies"]
    assert (chosen.death_day_counts, chosen.reply_hours, chosen.transfer_keeps_duty) == (True, 12, True)


@pytest.mark.parametrize("wrong", ["no_such_policy=yes", "reply_hours=soon"])
def test_a_wrong_policy_stops_the_start_by_its_name(monkeypatch, wrong) -> None:
    monkeypatch.setenv("HEIMVEG_POLICIES", wrong)
    with pytest.raises(ConfigurationError, match=wrong.partition("=")[0]):
        course_of(load_settings())


def test_a_policy_without_a_value_stops_the_start(monkeypatch) -> None:
    monkeypatch.setenv("HEIMVEG_POLICIES", "reply_hours")
    with pytest.raises(ConfigurationError, match="POLICIES"):
        load_settings()


def test_a_table_that_is_not_there_or_has_a_wrong_line_is_named(monkeypatch, tmp_path: Path) -> None:
    table = tmp_path / "satser.csv"
    monkeypatch.setenv("HEIMVEG_RATES", str(table))
    with pytest.raises(ConfigurationError, match="cannot be read"):
        course_of(load_settings())
    table.write_text("valid_from,valid_to,nok,source\n2026-01-01,2026-12-31,mye,vedtak\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="line 2"):
        course_of(load_settings())
