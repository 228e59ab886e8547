"""Why a message of ours has failed, and what to do about it, in bokmål."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Why:
    """What went wrong, and what a person can do."""

    title: str
    advice: str


WHY: Final[dict[str, Why]] = {
    "not-made": Why("Meldingen kunne ikke lages", "Feilen er vår. Send meldingen fra fagsystemet, og meld fra."),
    "undeliverable": Why(
        "Meldingen kom ikke fram til mottakerens system",
        "Kontroller adressen og transporten, og prøv igjen med retry. Ring mottakeren når det haster.",
    ),
    "not-taken": Why(
        "Transporten tok ikke imot meldingen",
        "Rett det som er nevnt (adresse, oppsett av transporten), og prøv igjen med retry.",
    ),
    "refused": Why(
        "Mottakeren avviste meldingen",
        "Rett feilen og registrer på nytt. En avvist melding kan ikke sendes igjen; den nye får egen meldings-ID.",
    ),
}
