"""FEST (M30), the national drug register, from the user's own file."""

from __future__ import annotations

from adapters.fest.reader import FestReader

reader = FestReader()
