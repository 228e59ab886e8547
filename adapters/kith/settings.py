"""What a deployment may decide about KITH messages. The hub reads the environment; an adapter never does."""

from __future__ import annotations

from dataclasses import dataclass

from hub.contract import Identifier


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """``own_parties`` are the organisations this hub answers for (level 1 or 2); empty means every receiver. What they
    send to others is taken too, and waits for the receiver's AppRec.

    ``accept_non_uuid`` takes message ids that are no UUID (else E10); ``accept_synthetic`` takes test persons'
    numbers as numbers; ``software`` goes into AppRecs.
    """

    accept_non_uuid: bool = False
    accept_synthetic: bool = True
    own_parties: tuple[Identifier, ...] = ()
    software: str = "heimveg"
    software_version: str = ""


DEFAULT = Settings()
