"""Medication lists from Meona: the CSV export."""

from __future__ import annotations

from adapters.meona.csv_list import MeonaCsv

csv_reader = MeonaCsv()
