"""Whether a resource is FHIR R4: elements, types, cardinalities, codes and what references may point to.

By ``fhir.resources`` (its R4B package has the same elements). What the model knows and does not enforce by itself, the
codes of required bindings and the types of references, is looked up here, or the FHIR server would refuse it later.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import orjson

from hub.contract import Resource
from hub.gateway.exact import dumps
from hub.gateway.outcome import Trouble

TEXTS = {
    "missing": "Elementet må være med.",
    "model_field_validation.missing": "Elementet må være med.",
    "extra_forbidden": "Elementet finnes ikke i FHIR R4.",
    "code": "Koden er ikke blant dem som FHIR R4 har her.",
    "target": "En referanse her kan ikke vise til en slik ressurs.",
    "": "Verdien er ikke gyldig i FHIR R4.",
}
"""Our own: the library's could quote what somebody wrote."""


CUT_SHORT = "+"
WHOLE = {
    ("Task", "status"): (
        "draft requested received accepted rejected ready cancelled in-progress on-hold failed completed"
        " entered-in-error"
    ),
    ("Observation", "status"): "registered preliminary final amended corrected cancelled entered-in-error unknown",
}
"""Required bindings of R4 that the library has the beginning of only."""


def troubles(resource: Resource, known_as: Mapping[str, str]) -> Iterator[Trouble]:
    """What R4 does not allow, by FHIRPath. ``known_as`` are the types behind the ``urn:uuid`` of a transaction.

    The models are imported when first needed: it takes a while.
    """
    from fhir.resources.R4B import get_fhir_model_class
    from pydantic import ValidationError

    name = str(resource["resourceType"])
    try:
        made = get_fhir_model_class(name).model_validate(orjson.loads(dumps(resource)))
    except ValidationError as error:
        for found in error.errors(include_input=False, include_url=False, include_context=False):
            yield _trouble(str(found["type"]), _path(name, found["loc"]))
    else:
        yield from _bound(made, name, known_as)


def _codes(model: Any, name: str, told: Mapping[str, Any]) -> Collection[str]:
    """The codes of a required binding; none where another than the two that we know is cut short."""
    found: Collection[str] = told.get("enum_values") or ()
    return WHOLE.get((type(model).__name__, name), "").split() if CUT_SHORT in found else found


def _bound(model: Any, path: str, known_as: Mapping[str, str]) -> Iterator[Trouble]:
    """Codes and targets, at any depth."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if value is None or name == "resource_type" or not isinstance(field.json_schema_extra, dict):
            continue
        told, at = field.json_schema_extra, f"{path}.{field.alias or name}"
        for number, one in enumerate(value if isinstance(value, list) else [value]):
            here = f"{at}[{number}]" if isinstance(value, list) else at
            if (codes := _codes(model, name, told)) and isinstance(one, str) and one not in codes:
                yield _trouble("code", here)
            if (types := told.get("enum_reference_types")) and _is_other(one, types, known_as):
                yield _trouble("target", f"{here}.reference")
            if hasattr(type(one), "model_fields"):
                yield from _bound(one, here, known_as)


def _is_other(value: Any, types: list[str], known_as: Mapping[str, str]) -> bool:
    to = getattr(value, "reference", None)
    if not isinstance(to, str) or to.startswith("#") or "Resource" in types:
        return False
    kind = known_as.get(to) or ("" if to.startswith("urn:") else to.rpartition("/")[0].rpartition("/")[2])
    return bool(kind) and kind not in types


def _trouble(kind: str, path: str) -> Trouble:
    return Trouble("structure", path, TEXTS.get(kind, TEXTS[""]))


def _path(name: str, location: tuple[int | str, ...]) -> str:
    """``("activity", 0, "detail")`` as FHIRPath."""
    path = name
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if step.isidentifier() else ""
    return path
