"""KITH messages: MsgHead with PLO, dialog and EPJ content, Epikrise, and the AppRec that answers them."""

from __future__ import annotations

from adapters.kith.adapter import KithAdapter
from adapters.kith.settings import Settings

adapter = KithAdapter()
"""What the entry point names: the adapter as a deployment has it by default."""

__all__ = ["KithAdapter", "Settings", "adapter"]
