"""FHIR R4 that comes in: medication lists as Bundles (no-basis, SFM and LMDI tolerant)."""

from __future__ import annotations

from adapters.fhir_in.outcome import outcome_of
from adapters.fhir_in.reader import FhirLists
from adapters.lists.adapter import ListAdapter

bundle_reader = FhirLists()
adapter = ListAdapter(
    name="fhir-lists",
    reader=bundle_reader,
    content_types=frozenset({"application/fhir+json", "application/json"}),
    receipt_type="application/fhir+json",
    answer=outcome_of,
)
