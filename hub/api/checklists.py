"""Checklists: which there are, which a stay has and how far they have come, and beginning one."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Final

from fastapi import APIRouter, Depends, Path, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from hub.access.door import Calling, needs
from hub.access.scopes import Right
from hub.api import documentation
from hub.api.problems import ProblemError
from hub.api.services import Services, at_hand
from hub.api.stay_bodies import Telling
from hub.api.stays import DESCRIBED, StayId, When, serve, stay_of, wish_of, write
from hub.deciding import Topic
from hub.wall_time import OSLO

router = APIRouter(tags=["checklists"])

Using = Annotated[Services, Depends(at_hand)]
Name = Annotated[
    str, Path(alias="checklist", pattern=r"^[a-z0-9][a-z0-9-]{0,59}$", description="As /checklists has it")
]
BEGUN: Final = Topic(name="checklists", kind="sjekkliste", part="checklist")


class TemplatePoint(BaseModel):
    """Something to be done: whose it is, and by when."""

    item: str = Field(examples=["utskrivning-epikrise"])
    text: str = Field(examples=["Epikrisen er gitt til pasienten og sendt til fastlege og kommune"])
    owner: str = Field(description="`hospital` or `municipality`", examples=["hospital"])
    after: str = Field(description="`admitted`, `ready`, `left` or `begun`", examples=["left"])
    hours: int = Field(description="The deadline, in hours after that", examples=[0])


class Template(BaseModel):
    """A checklist in the version of today."""

    checklist: str = Field(examples=["utskrivning"])
    version: int = Field(examples=[1])
    title: str = Field(examples=["Utskrivning (Vel heim)"])
    plan_definition: str = Field(examples=["https://heimveg.dev/fhir/PlanDefinition/utskrivning|1"])
    by_itself: bool = Field(description="Whether a stay that begins today at the place has it without being asked")
    points: list[TemplatePoint]


class Templates(BaseModel):
    """Every checklist of the deployment."""

    checklists: list[Template]


class PointModel(BaseModel):
    """A point as it stands; its status is that of its Task (`completed`: done, `cancelled`: not relevant)."""

    item: str = Field(examples=["utskrivning-epikrise"])
    text: str
    status: str = Field(examples=["requested"])
    owner: str = Field(examples=["Eksempel universitetssykehus HF"])
    responsible: str = Field(examples=["Sykepleier P."])
    due: datetime | None
    task: str = Field(examples=["Task/5d1f2f0e-6b1c-8a44-9d0b-2f4f4c1b7a10"])


class Begun(BaseModel):
    """A checklist of the stay, in the version in which it began."""

    checklist: str = Field(examples=["utskrivning"])
    version: int = Field(examples=[1])
    title: str
    begun: datetime
    done: int = Field(description="How many points are done", examples=[3])
    of: int = Field(description="Of how many; those that are not relevant count nowhere", examples=[9])
    due: datetime | None = Field(description="The deadline of the next open point")
    task: str
    points: list[PointModel]


class StayChecklists(BaseModel):
    """The checklists of a stay, points outside them, and those that have not begun."""

    stay: str = Field(examples=["Encounter/e7399952-0000-8000-8000-000000000001"])
    checklists: list[Begun]
    others: list[PointModel]
    offered: list[str] = Field(description="Checklists that can be begun", examples=[["medisindispenser"]])


class BegunTold(Telling):
    """That a checklist is used for the stay from now on, in the version of today."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"author": "Sykepleier P."}]})


@router.get(
    "/checklists",
    summary="Which checklists there are",
    responses=documentation.LIST,
    dependencies=[needs(Right.SEE_STAYS)],
)
async def get_templates(
    using: Using,
    municipality: Annotated[str | None, Query(pattern=r"^\d{4}$", description="Kommunenummer")] = None,
    ward: Annotated[str | None, Query(max_length=200)] = None,
) -> Templates:
    """In the version of today, with which of them the stays of a municipality and a ward have by themselves."""
    return Templates(checklists=[Template(**one) for one in using.checklists(_today(), municipality, ward)])


@router.get(
    "/stays/{stay}/checklists",
    summary="The checklists of a stay and how far they have come",
    responses=documentation.ONE,
    dependencies=[needs(Right.SEE_STAYS)],
)
async def get_checklists(stay: StayId, using: Using, caller: Calling) -> StayChecklists:
    """As the log has them now, whether ticked off here or by changing the Task."""
    row = await stay_of(using, caller, stay, "checklists")
    begun = [Begun(**one) for one in row.facts["checklists"]]
    names = {one.checklist for one in begun}
    offered = [one["checklist"] for one in using.checklists(_today(), row.municipality, row.ward)]
    return StayChecklists(
        stay=f"Encounter/{row.id}",
        checklists=begun,
        others=[PointModel(**one) for one in row.facts["other_points"]],
        offered=[name for name in offered if name not in names],
    )


@router.put(
    "/stays/{stay}/checklists/{checklist}",
    summary="Begin a checklist",
    dependencies=[needs(Right.TELL)],
    **DESCRIBED["PUT"],
)
async def put_checklist(
    stay: StayId, checklist: Name, said: BegunTold, using: Using, caller: Calling, when: When
) -> Response:
    """Its points become Tasks of hospital and municipality. Begun again, it goes on in the version of today."""
    found = next((one for one in using.checklists(_today(), None, None) if one["checklist"] == checklist), None)
    if found is None:
        raise ProblemError("not-found")
    told: dict[str, Any] = {"version": found["version"]}
    return await write(using, caller, stay, wish_of(BEGUN, checklist, said, when, **told), when.path)


serve(BEGUN, BegunTold, "that a checklist is used", part=Name, to=router, tells=False)


def _today() -> date:
    return datetime.now(OSLO).date()
