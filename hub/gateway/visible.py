"""Whether a caller sees a resource: by the access tags that it carries. What carries none is seen by nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from hub.access.caller import Caller
from hub.contract import ACCESS, DENIED, Resource
from hub.delivery.content import access_numbers
from hub.gateway.allowed import SHARED

SUBJECTS: Final = ("subject", "patient", "for", "beneficiary", "individual")


def is_visible(resource: Resource, caller: Caller) -> bool:
    """Shared resources are everybody's; any other is its organisations'."""
    return resource.get("resourceType") in SHARED or caller.sees(access_numbers(resource))


def narrowed(caller: Caller, type_: str) -> list[tuple[str, str]]:
    """The criterion that keeps a search to what the caller sees, so that counts and totals are its own too.

    An organisation without a number sees nothing: its criterion is a tag that no resource has.
    """
    if caller.numbers is None or type_ in SHARED:
        return []
    shut = sorted(word for word in caller.numbers if word.startswith(DENIED))
    wanted = sorted(caller.numbers.difference(shut)) or ["nobody"]
    open_to = ("_tag", ",".join(f"{ACCESS}|{number}" for number in wanted))
    return [open_to, *(("_tag:not", f"{ACCESS}|{word}") for word in shut)]


def patients(resources: Iterable[Resource]) -> Iterator[str]:
    """The ids of the patients that resources are about."""
    for resource in resources:
        if resource.get("resourceType") == "Patient":
            yield str(resource.get("id", ""))
        for name in SUBJECTS:
            found = resource.get(name)
            if isinstance(found, Mapping):
                yield from _patient_of(found)


def _patient_of(reference: Mapping[str, Any]) -> Iterator[str]:
    kind, _, id_ = str(reference.get("reference", "")).rpartition("/")
    if kind.rpartition("/")[2] == "Patient":
        yield id_
