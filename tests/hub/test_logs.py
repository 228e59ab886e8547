"""Nothing that looks like a fødselsnummer leaves through a log, whoever writes it."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from hub.errors import RetriableError
from hub.logs import MASK, configure_logs

NUMBER = "17834110148"


@pytest.fixture(autouse=True)
def logs() -> Iterator[None]:
    """Each test configures the logs itself: pytest changes stderr between the phases of a test."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def written(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


@pytest.mark.parametrize("value", [NUMBER, "178341 10148", {"a": [NUMBER]}, f"x-{NUMBER}-y"])
def test_eleven_digits_are_masked_wherever_they_stand(capsys: pytest.CaptureFixture[str], value: object) -> None:
    configure_logs()
    structlog.get_logger().info("hello", value=value)
    (line,) = written(capsys)
    assert MASK in json.dumps(line)
    assert NUMBER not in json.dumps(line).replace(" ", "")


def test_longer_numbers_are_left_alone(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    structlog.get_logger().info("hello", nanoseconds="123456789012")
    assert written(capsys)[0]["nanoseconds"] == "123456789012"


def test_the_logs_of_libraries_are_masked_too(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    logging.getLogger("somebody").warning("patient %s", NUMBER)
    assert written(capsys)[0]["event"] == f"patient {MASK}"


def test_an_unexpected_error_is_told_by_type_and_place_and_not_by_its_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    try:
        int("Kari Nordmann")
    except ValueError:
        structlog.get_logger().exception("failed")
    (line,) = written(capsys)
    assert line["error"] == "ValueError"
    assert "Kari" not in json.dumps(line)
    assert str(line["at"]).count("test_logs.py") == 1


def test_our_own_errors_keep_their_text(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs()
    try:
        raise RetriableError("start it again")
    except RetriableError:
        structlog.get_logger().exception("failed")
    assert written(capsys)[0]["error"] == "start it again"


@pytest.mark.parametrize("library", ["procrastinate", "httpx", "sqlalchemy"])
def test_libraries_that_print_arguments_are_quiet(capsys: pytest.CaptureFixture[str], library: str) -> None:
    configure_logs()
    logging.getLogger(f"{library}.part").info("args: %s", NUMBER)
    assert written(capsys) == []
