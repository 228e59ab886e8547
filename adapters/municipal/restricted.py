"""Services whose codes tell of coercion (kodeverk 9151: 14, 23, 24) are taken out before anything is stored.

What was taken out leaves only its number behind, in the bytes that are kept, so that reading them again tells the same.
"""

from __future__ import annotations

from typing import Any, Final

RESTRICTED: Final = frozenset({"14", "23", "24"})
EXPIRED: Final = frozenset({"6", "12", "13", "26", "27", "28"})
MARK: Final = "heimveg:restricted"


def without_restricted(whole: dict[str, Any]) -> dict[str, Any] | None:
    """The same case without such services, and how many there were; None where there are none."""
    services = whole.get("services")
    if not isinstance(services, list):
        return None
    kept = [one for one in services if not _is_restricted(one)]
    if len(kept) == len(services):
        return None
    return {
        **{k: v for k, v in whole.items() if k != "services"},
        **({"services": kept} if kept else {}),
        MARK: len(services) - len(kept),
    }


def _is_restricted(service: Any) -> bool:
    kind = service.get("type") if isinstance(service, dict) else None
    return isinstance(kind, dict) and str(kind.get("volven9151")).strip() in RESTRICTED
