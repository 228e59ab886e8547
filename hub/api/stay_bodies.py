"""What callers tell of a stay over REST, as bodies: one model for each kind of entry that a party can make."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, JsonValue

from hub.contract import ORGANISASJONSNUMMER

Short = Annotated[str, Field(max_length=200)]
Long = Annotated[str, Field(max_length=2000)]
Yes = Annotated[bool, Field(strict=True)]


def _like(**example: JsonValue) -> ConfigDict:
    """With one example of what the body holds beside its author."""
    return ConfigDict(extra="forbid", json_schema_extra={"examples": [{"author": "Sykepleier P.", **example}]})


class Telling(BaseModel):
    """Who tells it, beside what is told."""

    model_config = ConfigDict(extra="forbid")

    author: Annotated[str, Field(min_length=1, max_length=200, description="Who tells it, as the organisation names")]
    organisation: Annotated[
        str | None, Field(pattern=r"^\d{1,9}$", description="On behalf of which of the caller's organisations")
    ] = None


class AnswerTold(Telling):
    """The answer to the notice of readiness (§ 11)."""

    answer: Literal["can-receive", "cannot-receive", "offer-ready", "revoked"]
    on: Annotated[date | None, Field(description="The day it speaks of")] = None
    given: Annotated[AwareDatetime | None, Field(description="When it was given, if not now")] = None
    place: Short = ""
    reason: Long = ""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {"author": "Saksbehandler S.", "answer": "can-receive", "on": "2026-03-06", "place": "Korttidsplass"},
                {"author": "Saksbehandler S.", "answer": "cannot-receive", "reason": "Ingen ledig korttidsplass"},
            ]
        }
    )


class CoordinatorTold(Telling):
    """Who coordinates for the patient at this place."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    phone: Annotated[str, Field(max_length=40)] = ""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"author": "Tildelingskontoret", "name": "Koordinator K.", "phone": "99999999"}]
        }
    )


class CaseWorkerTold(Telling):
    """Who in the municipality has been given the case."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    phone: Annotated[str, Field(max_length=40)] = ""

    model_config = _like(name="Saksbehandler S.", phone="99999999")


class PathwayTold(Telling):
    """The pathway that a clinician has decided on: A standard, B simplified, C composite."""

    pathway: Literal["A", "B", "C"]
    reason: Long = ""

    model_config = ConfigDict(json_schema_extra={"examples": [{"author": "Sykepleier P.", "pathway": "C"}]})


class CfsTold(Telling):
    """A Clinical Frailty Scale score."""

    score: Annotated[int, Field(ge=1, le=9, strict=True)]
    assessed: date

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"author": "Lege L.", "score": 6, "assessed": "2026-03-04"}]}
    )


class MattersTold(Telling):
    """ "Hva er viktig for deg?", verbatim, and who answered."""

    text: Annotated[str, Field(min_length=1, max_length=5000)]
    told_by: Literal["patient", "next-of-kin"] = "patient"

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"author": "Sykepleier P.", "text": "Å komme hjem til hunden"}]}
    )


class ItemTold(Telling):
    """Whether something on a checklist is done."""

    done: Yes
    not_relevant: Annotated[bool | None, Field(strict=True, description="Not for this patient; counts nowhere")] = None
    text: Annotated[str, Field(max_length=500, description="What people read")] = ""
    due: Annotated[AwareDatetime | None, Field(description="In place of what the checklist says")] = None
    responsible: Annotated[Short, Field(description="Who of the organisation does it")] = ""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"author": "Sykepleier P.", "done": True, "text": "Epikrise er gitt til pasienten"}]
        }
    )


class SeenTold(Telling):
    """That a person at a receiver has seen the message, and no more."""

    model_config = ConfigDict(json_schema_extra={"examples": [{"author": "Saksbehandler S."}]})


class ArrivalTold(Telling):
    """That the patient has come to whoever receives them, when and where."""

    at: AwareDatetime | date
    place: Short = ""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"author": "Sykepleier P.", "at": "2026-03-06T14:30:00+01:00", "place": "Korttidsplass"}]
        }
    )


class TransportTold(Telling):
    """How and when the patient is to travel from the hospital."""

    planned: AwareDatetime
    mode: Literal["ambulanse", "pasientreise", "egen", "annet"]
    note: Short = ""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [{"author": "Sykepleier P.", "planned": "2026-03-06T13:00:00+01:00", "mode": "pasientreise"}]
        }
    )


class ReadyTold(Telling):
    """When a clinician of the hospital decided that the patient is ready (§ 9); the notice to the municipality is
    drafted of it."""

    at: AwareDatetime

    model_config = ConfigDict(
        json_schema_extra={"examples": [{"author": "Lege L.", "at": "2026-03-06T10:00:00+01:00"}]}
    )


class DeviationTold(Telling):
    """A message that cannot or shall not be used: which, and why (list 8117)."""

    message: Annotated[str, Field(min_length=1, max_length=200, description="The id of a message of the stay")]
    reason: Literal["wrong-addressee", "incomplete", "other"]
    text: Annotated[str, Field(min_length=1, max_length=5000)]

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "author": "Saksbehandler S.",
                    "message": "6f9d1b52-2c1b-4e0e-8f5a-0d5a6f6a9e10",
                    "reason": "incomplete",
                    "text": "Funksjonsvurderingen mangler",
                }
            ]
        }
    )


class TeamMeetingTold(Telling):
    """That those who plan for the patient have met, and when."""

    at: AwareDatetime | date
    note: Long = ""

    model_config = _like(at="2026-03-05", note="Sykehus, hjemmetjeneste og pårørende")


class IndividualPlanTold(Telling):
    """The answer to the question of an individuell plan; `unknown` leaves it open."""

    state: Literal["active", "in-preparation", "declined", "not-relevant", "unknown"]

    model_config = _like(state="declined")


class CoordinatorDecisionTold(Telling):
    """Whether the patient needs a coordinator (spesialisthelsetjenesteloven § 2-5 a)."""

    needed: Yes

    model_config = _like(needed=True)


class NeedTold(Telling):
    """Whether the need for help is as before the stay, and whether the parties disagree on it."""

    changed: Yes
    disagreement: Yes = False

    model_config = _like(changed=True)


class NeedKnownTold(Telling):
    """When it became clear that the patient will need municipal services: the § 8 clock starts then."""

    at: AwareDatetime

    model_config = _like(at="2026-03-03T09:00:00+01:00")


class PriorServicesTold(Telling):
    """Whether the patient had municipal services when admitted."""

    had: Yes

    model_config = _like(had=False)


class CareKindTold(Telling):
    """What kind of stay it is, in which ward, and whether the admission was acute."""

    care: Literal["somatikk", "psykisk-helsevern", "tsb", "privat-rehabilitering", "dagbehandling"]
    ward: Short = ""
    acute: Yes | None = None

    model_config = _like(care="somatikk", ward="Medisin", acute=True)


class GroupTold(Telling):
    """Whether the patient belongs to the priority group, and why."""

    member: Yes
    reason: Annotated[str, Field(min_length=1, max_length=2000)]

    model_config = _like(member=True, reason="Vurdert av geriater")


class ProgrammeStepTold(Telling):
    """Something that happened in a programme, on which day; `contact` is one with the hospital in its window."""

    programme: Annotated[str, Field(min_length=1, max_length=60)]
    step: Literal[
        "referral", "functional-decline", "consent-patient", "consent-next-of-kin", "included", "ended", "contact"
    ]
    on: date

    model_config = _like(programme="iht", step="referral", on="2026-03-05")


class OfferRefusedTold(Telling):
    """That the patient has declined the municipality's offer."""

    on: date

    model_config = _like(on="2026-03-07")


class HindranceTold(Telling):
    """What keeps the municipality from answering at once, outside its control (§ 11)."""

    reason: Annotated[str, Field(min_length=1, max_length=2000)]

    model_config = _like(reason="Veien er stengt av ras")


class Numbered(BaseModel):
    """An organisation by its number."""

    model_config = ConfigDict(extra="forbid")

    system: Literal["urn:oid:2.16.578.1.12.4.1.4.101", "urn:oid:2.16.578.1.12.4.1.2"]
    value: Annotated[str, Field(pattern=r"^\d{1,9}$")]


class PayerTold(Telling):
    """Which municipality is to receive the patient and pay, by where the patient lives."""

    residence: Literal["norway", "abroad", "unknown"]
    municipality: Numbered | None = None

    model_config = _like(residence="abroad")


class MovedTold(Telling):
    """That the patient was moved to another hospital: still declared ready, or for new treatment there."""

    at: AwareDatetime | date
    to: Numbered
    still_ready: Yes

    model_config = _like(at="2026-03-06", to={"system": ORGANISASJONSNUMMER, "value": "999999999"}, still_ready=True)


class PhvTsbTold(Telling):
    """Two conditions for mental health and addiction care, where somebody has looked."""

    meeting_invited: Yes | None = None
    own_follow_up_clarified: Yes | None = None

    model_config = _like(meeting_invited=True)


class DisclosureRefusedTold(Telling):
    """That the patient opposes that the municipality is told (helsepersonelloven § 25)."""

    on: date

    model_config = _like(on="2026-03-02")
