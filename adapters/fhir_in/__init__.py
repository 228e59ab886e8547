"""FHIR R4 that comes in: medication lists as Bundles (no-basis, SFM and LMDI tolerant)."""

from __future__ import annotations

from adapters.fhir_in.reader import FhirLists

bundle_reader = FhirLists()
