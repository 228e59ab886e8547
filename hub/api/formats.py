"""The formats that are our own, described for those who write them; and what is missing of those that are numbered."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Response
from pydantic import BaseModel, Field

from hub.access.door import Calling, needs
from hub.access.scopes import Right
from hub.api.answers import NO_STORE
from hub.api.problems import ProblemError
from hub.api.services import Services, at_hand
from hub.log.chains import gaps

router = APIRouter()

Using = Annotated[Services, Depends(at_hand)]
Name = Annotated[str, Path(pattern=r"^[a-z0-9-]{1,60}$", examples=["municipal-case-1"])]


class GapModel(BaseModel):
    """A message that was never received, or was refused."""

    missing: str = Field(description="The id of the message, as the next one in the chain names it")
    refused: bool = Field(description="It came, and could not be taken in: send it corrected")
    named_by: str = Field(description="The message that names it")
    type: str
    sender: str
    at: datetime | None = Field(description="When the message that names it was made")


class Chains(BaseModel):
    """What to ask for again."""

    gaps: list[GapModel]


@router.get(
    "/schemas/{name}.json",
    summary="A format of ours as JSON Schema",
    tags=["messages"],
    dependencies=[needs(Right.ANYONE)],
)
async def get_schema(using: Using, name: Name) -> dict[str, Any]:
    """The same for everybody; it tells nothing about anybody."""
    for plugin in using.intake.plugins:
        if (found := plugin.json_schemas.get(name)) is not None:
            return found
    raise ProblemError("not-found")


@router.get(
    "/chains",
    summary="What is missing in chains of numbered messages",
    tags=["messages"],
    dependencies=[needs(Right.READ)],
)
async def get_chains(using: Using, caller: Calling, response: Response) -> Chains:
    """At most 500, the newest first. A gap closes when the message comes, in whatever order."""
    chained = [plugin.adapter.name for plugin in using.intake.plugins if plugin.is_chained]
    async with using.sessions() as session:
        found = await gaps(session, chained, caller.numbers)
    response.headers.update(NO_STORE)
    return Chains(
        gaps=[
            GapModel(
                missing=one.missing,
                refused=one.refused,
                named_by=f"/messages/{one.named_by}",
                type=one.type,
                sender=one.sender,
                at=one.at,
            )
            for one in found
        ]
    )
