"""What the municipal adapters have in common: what the deployment decides, and that most formats have no receipt."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from hub.contract import Document, Raw, Rejection


@dataclass(slots=True, kw_only=True)
class MunicipalAdapter:
    """Safe to use from several threads."""

    name: str
    receipt_type: str = ""
    accept_synthetic: bool = True
    keep_restricted: bool = False

    def configure(
        self, *, accept_synthetic: bool | None = None, keep_restricted: bool | None = None, **_: object
    ) -> None:
        """What the deployment says of test persons, and of services whose codes are restricted."""
        self.accept_synthetic = self.accept_synthetic if accept_synthetic is None else accept_synthetic
        self.keep_restricted = self.keep_restricted if keep_restricted is None else keep_restricted

    def receipt(self, raw: Raw, outcome: Document | Rejection, *, id: str, at: datetime) -> bytes | None:
        """None: the hub's own answer tells the same."""
        return None
