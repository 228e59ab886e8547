"""Medication lists from Meona: the CSV export, and orders as HL7 v2.5."""

from __future__ import annotations

from adapters.lists.adapter import ListAdapter
from adapters.meona.acknowledgement import acknowledgement
from adapters.meona.csv_list import MeonaCsv, patients_apart
from adapters.meona.hl7_orders import MeonaOrders

csv_reader = MeonaCsv()
hl7_reader = MeonaOrders()

csv_adapter = ListAdapter(
    name="meona-csv", reader=csv_reader, content_types=frozenset({"text/csv"}), split=patients_apart
)
hl7_adapter = ListAdapter(
    name="meona-hl7",
    reader=hl7_reader,
    content_types=frozenset({"application/hl7-v2", "x-application/hl7-v2+er7"}),
    receipt_type="application/hl7-v2",
    answer=acknowledgement,
    answers_again=True,
)
