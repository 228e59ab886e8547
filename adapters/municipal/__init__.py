"""What municipalities' record systems export: cases as JSON, tables of services, KPR events, yearly IPLOS files."""

from __future__ import annotations

from adapters.municipal.case import CaseAdapter
from adapters.municipal.fhir import FhirAdapter
from adapters.municipal.register import event_adapter, ident_adapter, iplos_adapter
from adapters.municipal.table import TableAdapter

__all__ = ["case_adapter", "event_adapter", "fhir_adapter", "ident_adapter", "iplos_adapter", "table_adapter"]

case_adapter = CaseAdapter()
fhir_adapter = FhirAdapter()
table_adapter = TableAdapter()
