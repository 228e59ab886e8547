"""The watch over everything that the suite logs (tests/conftest.py) sees what it must see."""

from __future__ import annotations

import pytest
from prometheus_client import Counter
from prometheus_client.registry import REGISTRY

from adapters.kith.samples import person


@pytest.mark.parametrize("said", [f"patient {person(1).number}", f"navn {person(2).family}", "Kari Snøfonn er ute"])
def test_a_patient_in_a_log_is_seen(request: pytest.FixtureRequest, said: str) -> None:
    (watch,) = [p for p in request.config.pluginmanager.get_plugins() if getattr(p, "FAMILY_NAMES", None)]
    assert watch.told(said)
    assert person(1).number not in str(watch.told(said))


class _Integration:
    def get_closest_marker(self, _name: str) -> bool:
        return True


def test_a_patient_in_a_metric_is_seen(request: pytest.FixtureRequest) -> None:
    (watch,) = [p for p in request.config.pluginmanager.get_plugins() if getattr(p, "FAMILY_NAMES", None)]
    careless = Counter("heimveg_careless", "Of this test alone", ["who"])
    try:
        careless.labels(who=person(1).number).inc()
        assert [found for text in watch._metrics(_Integration()) for found in watch.told(text)]
    finally:
        REGISTRY.unregister(careless)
    assert not [found for text in watch._metrics(_Integration()) for found in watch.told(text)]


@pytest.mark.parametrize("said", ["orgnr 100000024", "12345678901", "id 0193-1a2b", "2026-03-02T10:00:00"])
def test_what_is_nobody_is_left_alone(request: pytest.FixtureRequest, said: str) -> None:
    (watch,) = [p for p in request.config.pluginmanager.get_plugins() if getattr(p, "FAMILY_NAMES", None)]
    assert watch.told(said) == []


def test_every_synthetic_person_bears_a_name_that_is_watched_for(request: pytest.FixtureRequest) -> None:
    (watch,) = [p for p in request.config.pluginmanager.get_plugins() if getattr(p, "FAMILY_NAMES", None)]
    assert {person(n).family for n in range(100)} <= set(watch.FAMILY_NAMES)
