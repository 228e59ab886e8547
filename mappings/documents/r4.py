"""Whether a resource is FHIR R4: elements, types, cardinalities, codes and what references may point to. Pure.

The one check of everything that comes in as FHIR. By ``fhir.resources`` (its R4B package has the same elements). What
the model knows and does not enforce by itself, the codes of required bindings and the types of references, is looked up
here, or the FHIR server would refuse it later. The texts are ours: the library's could quote what somebody wrote.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import Decimal
from types import MappingProxyType
from typing import Any, Final, cast

from hub.contract import Fault

TEXTS: Final = {
    "missing": "Elementet må være med.",
    "model_field_validation.missing": "Elementet må være med.",
    "extra_forbidden": "Elementet finnes ikke i FHIR R4.",
    "code": "Koden er ikke blant dem som FHIR R4 har her.",
    "target": "En referanse her kan ikke vise til en slik ressurs.",
    "type": "Ukjent ressurstype.",
    "": "Verdien er ikke gyldig i FHIR R4.",
}
PLAIN: Final = (str, int, float, bool, Decimal, type(None))
TARGET: Final = re.compile(r"(?:^|/)([A-Z][A-Za-z]{1,39})/[A-Za-z0-9.-]{1,64}(?:/_history/[A-Za-z0-9.-]{1,64})?")
AND_MORE: Final = "+"
"""What the library has in place of the codes of a list that it does not repeat whole."""
MORE: Final = {
    "Task.status": "rejected ready cancelled in-progress on-hold failed completed entered-in-error",
    "Observation.status": "corrected cancelled entered-in-error unknown",
    "Encounter.status": "entered-in-error unknown",
}
NOBODY: Final[Mapping[str, str]] = MappingProxyType({})


def troubles(resource: Mapping[str, Any], known_as: Mapping[str, str] = NOBODY, path: str = "") -> Iterator[Fault]:
    """What R4 does not allow, by FHIRPath from ``path`` (the type where it is empty).

    ``known_as`` are the types behind the ``urn:uuid`` of a Bundle. The models are imported when first needed: it takes
    a while.
    """
    from fhir.resources.R4B import get_fhir_model_class

    name = str(resource.get("resourceType", ""))
    root = path or name
    try:
        model = get_fhir_model_class(name)
    except (LookupError, ValueError):
        yield _fault("type", root)
        return
    try:
        made = model.model_validate(_plain(resource))
    except ValueError as error:  # pydantic's, which lists what it found
        for found in cast("Any", error).errors(include_input=False, include_url=False, include_context=False):
            yield _fault(str(found["type"]), located(root, found["loc"]))
    else:
        yield from _bound(made, root, known_as)


def located(root: str, location: tuple[int | str, ...]) -> str:
    """``("activity", 0, "detail")`` as FHIRPath."""
    path = root
    for step in location:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if step.isidentifier() else ""
    return path


def _plain(value: Any) -> Any:
    """With every number that keeps its spelling as a Decimal."""
    if isinstance(value, Mapping):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, PLAIN) else Decimal(str(value))


def _bound(model: Any, path: str, known_as: Mapping[str, str]) -> Iterator[Fault]:
    """Codes and targets, at any depth."""
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if value is None or name == "resource_type" or not isinstance(field.json_schema_extra, dict):
            continue
        told, at = field.json_schema_extra, f"{path}.{field.alias or name}"
        for number, one in enumerate(value if isinstance(value, list) else [value]):
            here = f"{at}[{number}]" if isinstance(value, list) else at
            if (codes := told.get("enum_values")) and isinstance(one, str) and _is_unknown(one, codes, model, name):
                yield _fault("code", here)
            if (types := told.get("enum_reference_types")) and _is_other(one, types, known_as):
                yield _fault("target", f"{here}.reference")
            if hasattr(type(one), "model_fields"):
                yield from _bound(one, here, known_as)


def _is_unknown(code: str, known: Any, model: Any, name: str) -> bool:
    if code in known and code != AND_MORE:
        return False
    rest = MORE.get(f"{type(model).__name__}.{name}") if AND_MORE in known else ""
    return rest is not None and code not in rest.split()


def _is_other(value: Any, types: list[str], known_as: Mapping[str, str]) -> bool:
    to = getattr(value, "reference", None)
    if not isinstance(to, str) or to.startswith("#") or "Resource" in types:
        return False
    named = TARGET.search(to)
    kind = known_as.get(to) or (named[1] if named and named.end() == len(to) else "")
    return bool(kind) and kind not in types


def _fault(kind: str, path: str) -> Fault:
    return Fault(code="structure", text=TEXTS.get(kind, TEXTS[""]), path=path)
