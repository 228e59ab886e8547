"""Medication lists from DIPS: openEHR flat JSON. Its FHIR Bundles are read as every Bundle (``adapters.fhir_in``)."""

from __future__ import annotations

from adapters.dips.openehr import OpenEhrLists
from adapters.lists.adapter import ListAdapter

openehr_reader = OpenEhrLists()
openehr_adapter = ListAdapter(
    name="dips-openehr",
    reader=openehr_reader,
    content_types=frozenset({"application/json", "application/openehr.wt.flat+json"}),
)
