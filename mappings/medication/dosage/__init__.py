"""Dosage text (doseringstekst): what it surely says as structure; the text itself always stays beside it.

``parse`` never guesses: what it does not read is ``residual``, and whatever could mean two things gives no structure.
"""

from __future__ import annotations

from mappings.medication.dosage.fhir import dosages
from mappings.medication.dosage.parse import parse, with_use
from mappings.medication.dosage.reading import Dose, Reading, Timing
from mappings.medication.dosage.render import render

__all__ = ["Dose", "Reading", "Timing", "dosages", "parse", "render", "with_use"]
