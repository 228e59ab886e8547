"""A message as text for people: every leaf of it, escaped, as XHTML that FHIR allows.

The Composition is the lossless carrier: what no structured element holds is readable here.
"""

from __future__ import annotations

from mappings.narrative.listing import notes
from mappings.narrative.outline import Section, loinc_of, sections, title_of
from mappings.narrative.text import Text, div, lines, paragraph

__all__ = ["Section", "Text", "div", "lines", "loinc_of", "notes", "paragraph", "sections", "title_of"]
