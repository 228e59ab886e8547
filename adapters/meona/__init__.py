"""Medication lists from Meona: the CSV export, and orders as HL7 v2.5."""

from __future__ import annotations

from adapters.meona.csv_list import MeonaCsv
from adapters.meona.hl7_orders import MeonaOrders

csv_reader = MeonaCsv()
hl7_reader = MeonaOrders()
