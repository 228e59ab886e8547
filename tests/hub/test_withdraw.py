"""Every way of withdrawing must be valid FHIR R4, as the resource models know it."""

from __future__ import annotations

from typing import Any

import pytest
from fhir.resources.R4B import get_fhir_model_class

from hub.delivery.withdraw import HOW, left, withdrawn

ELEMENTS = ("status", "active", "lifecycleStatus", "verificationStatus")


@pytest.mark.parametrize("type_", sorted(t for t, how in HOW.items() if how is not left))
def test_the_type_has_the_element_and_the_code(type_: str) -> None:
    body: dict[str, Any] = withdrawn({"resourceType": type_, "id": "x"})
    (element,) = [name for name in ELEMENTS if name in body]
    field = get_fhir_model_class(type_).model_fields[element]
    extra = field.json_schema_extra or {}
    codes = extra.get("enum_values") if isinstance(extra, dict) else None
    complete = codes and "+" not in codes  # the models list the first codes of a longer set only
    assert not complete or isinstance(body[element], (bool, dict)) or body[element] in codes
