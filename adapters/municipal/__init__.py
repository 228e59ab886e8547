"""What municipalities' record systems export: cases as JSON, tables of services, KPR events, yearly IPLOS files."""

from __future__ import annotations

from adapters.municipal.case import CaseAdapter
from adapters.municipal.table import TableAdapter

case_adapter = CaseAdapter()
table_adapter = TableAdapter()
