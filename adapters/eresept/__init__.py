"""e-resept: the patient's medication list (M25.1, PLL) and what the multidose pharmacy has packed (M25.3)."""

from __future__ import annotations

from adapters.eresept.adapter import EreseptAdapter

adapter = EreseptAdapter()
