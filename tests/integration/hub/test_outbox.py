"""What is entered leaves as a message: seen by its sender only, approved, sent under one MsgId, settled by AppRec."""

from __future__ import annotations

import asyncio
import os
import signal
import subprocess
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from adapters.kith import KithAdapter
from adapters.kith.samples import (
    Case,
    apprec,
    helseopplysninger,
    innlagt,
    innleggelsesrapport,
    orientering_om_tjenestetilbud,
    utskrivningsklar,
)
from hub.contract import Raw
from hub.errors import RetriableError
from hub.outbox.meldingstjener import Service, service_app
from hub.outbox.sending import MOST_TRIES, Post, fetch
from hub.outbox.transport import Parcel
from hub.outbox.transports.folder import FolderTransport
from hub.outbox.transports.meldingstjener import MeldingstjenerTransport
from hub.plugins import installed
from hub.serve import make_drafting, make_entries
from hub.settings import id_key
from hub.writing import Writing
from mappings.documents import Message
from mappings.norwegian_time import OSLO
from tests.hub.loopback import listening, spoken
from tests.integration.hub.served import served
from tests.integration.hub.test_telling import CAN, CANNOT, As, code, hospital, municipality

pytestmark = pytest.mark.integration

START = datetime(2026, 3, 2, 10, tzinfo=OSLO)
NOW = START + timedelta(days=4, hours=3)


class Killed(BaseException):
    """The process is gone: no line of it runs after this."""


@dataclass
class Partner:
    """A transport that keeps what it was given; ``does`` is what becomes of the next tries."""

    does: list[str] = field(default_factory=list)
    got: list[Parcel] = field(default_factory=list)
    name: str = "partner"

    async def send(self, parcel: Parcel) -> bytes | None:
        what = self.does.pop(0) if self.does else "takes"
        if what == "is away":
            raise RetriableError("The other side cannot be reached")
        self.got.append(parcel)
        if what == "takes, then we die":
            raise Killed
        return None

    async def close(self) -> None:
        pass


@dataclass(frozen=True)
class Desk:
    """A hub with one stay that is declared ready, and its outbox."""

    hub: Any
    client: httpx.AsyncClient
    stay: str
    case: Case

    @property
    def us(self) -> dict[str, str]:
        return municipality(self.case)

    async def told(self, **said: str) -> None:
        seen = await self.client.get(f"{self.stay}/answer", headers=self.us)
        match = {"if-match": seen.headers["etag"]} if seen.status_code == 200 else {}
        answer = await self.client.put(f"{self.stay}/answer", json=said or CAN, headers={**self.us, **match})
        assert answer.status_code in (200, 201), answer.text

    async def outbox(self, **asked: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/outbox", params=asked, headers=self.us)
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["messages"]
        return found[::-1]

    async def whole(self, id: str) -> dict[str, Any]:
        found: dict[str, Any] = (await self.client.get(f"/outbox/{id}", headers=self.us)).json()
        return found

    async def decide(self, id: str, word: str, **headers: str) -> httpx.Response:
        tag = (await self.client.get(f"/outbox/{id}", headers=self.us)).headers["etag"]
        return await self.client.post(f"/outbox/{id}/{word}", headers={**self.us, "if-match": tag, **headers})

    async def approved(self) -> str:
        """An answer whose note has been let go."""
        await self.told()
        (draft,) = await self.outbox(state="drafted")
        assert (await self.decide(draft["id"], "approve")).status_code == 200
        return str(draft["id"])

    def post(self, transport: Any) -> Post:
        return Post(sessions=self.hub.sessions, intake=self.hub.intake, transport=transport)

    async def due(self) -> None:
        """Time passes until the next try."""
        await self.hub.sql("UPDATE outgoing SET next_try = clock_timestamp() WHERE state = 'approved'")

    async def receipt(self, message_id: str, **said: Any) -> None:
        body = apprec(
            self.case, message_id, type="DIALOG_NOTAT", sender=self.case.parties.hospital,
            receiver=self.case.parties.saksbehandling, issued=NOW, version="1.0", **said,
        )  # fmt: skip
        await self.hub.deliver(body)


Works = Callable[[Desk], Awaitable[None]]


@pytest.fixture
def desk(open_real_hub: Any, strangers: Any) -> Callable[..., None]:
    """``desk(works, **settings)``."""

    def run(works: Works, *more: Callable[[Case], bytes], **settings: Any) -> None:
        async def go() -> None:
            case = strangers(START)
            async with open_real_hub(now=NOW) as hub:
                entries = replace(
                    make_entries(hub.settings, hub.sessions),
                    drafting=make_drafting(hub.settings.model_copy(update=settings)),
                )
                writing = Writing(
                    sessions=hub.sessions, entries=entries, maker=hub.projector.maker, projector=hub.projector,
                    clock=hub.projector.clock,
                )  # fmt: skip
                async with served(hub, door=As(), writing=writing) as client:
                    sent = [innlagt(case), helseopplysninger(case), utskrivningsklar(case)]
                    await hub.deliver(*sent, *(make(case) for make in more))
                    ((id_,),) = await hub.sql("SELECT id FROM stay")
                    await works(Desk(hub, client, f"/stays/{id_}", case))

        asyncio.run(go())

    return run


def test_an_answer_waits_for_a_person_leaves_and_is_settled_by_the_receipt(desk: Any, tmp_path: Path) -> None:
    folder = tmp_path / "out"

    async def works(at: Desk) -> None:
        await at.told()
        (draft,) = await at.outbox()
        assert (draft["type"], draft["state"]) == ("DIALOG_NOTAT", "drafted")
        payload = await at.client.get(draft["links"]["payload"], headers=at.us)
        read = KithAdapter().read(Raw(body=payload.content, received=NOW))
        assert isinstance(read, Message) and b"Korttidsplass" in payload.content
        post = at.post(FolderTransport(folder))
        assert (await post.send_due(), folder.exists()) == (0, False), "nothing leaves unapproved"
        assert (await at.decide(draft["id"], "approve")).json()["state"] == "approved"
        assert await post.send_due() == 1
        assert (folder / f"{draft['message_id']}.xml").read_bytes() == payload.content
        sent = await at.whole(draft["id"])
        logged = (await at.client.get(sent["links"]["message"], headers=hospital(at.case))).json()
        assert (sent["state"], logged["acknowledgement"], logged["type"]) == ("sent", "awaiting", "DIALOG_NOTAT")
        await at.receipt(draft["message_id"])
        settled = await at.whole(draft["id"])
        steps = [(step["state"], step["who"]) for step in settled["history"]]
        assert steps == [
            ("drafted", "heimveg"), ("approved", "test"), ("approved", "folder"), ("sent", "folder"),
            ("acknowledged", "mottakeren"),
        ]  # fmt: skip
        told = (await at.client.get(f"{at.stay}/told", headers=at.us)).json()["told"]
        assert [one["kind"] for one in told] == ["kommune-svar"], "the note that came back is no second answer"

    desk(works)


def test_a_draft_is_its_senders_alone_and_every_look_at_it_is_written_down(desk: Any) -> None:
    async def works(at: Desk) -> None:
        await at.told()
        (draft,) = await at.outbox()
        others = hospital(at.case)
        assert (await at.client.get("/outbox", headers=others)).json()["messages"] == []
        for path in (f"/outbox/{draft['id']}", f"/outbox/{draft['id']}/payload"):
            assert (await at.client.get(path, headers=others)).status_code == 404
        theirs = await at.client.post(f"/outbox/{draft['id']}/approve", headers={**others, "if-match": "*"})
        assert theirs.status_code == 404
        feed = (await at.client.get("/events", params={"limit": 1000}, headers=others)).json()["events"]
        assert not [e for e in feed if e["kind"].startswith("outbox.")]
        feed = (await at.client.get("/events", params={"limit": 1000}, headers=at.us)).json()["events"]
        assert [e["data"]["outgoing"] for e in feed if e["kind"] == "outbox.drafted"] == [draft["id"]]
        await at.client.get(f"/outbox/{draft['id']}/payload", headers=at.us)
        seen = await at.hub.sql("SELECT what, cardinality(patients) FROM access_entry ORDER BY sequence DESC LIMIT 1")
        assert seen == [("outbox payload", 1)]

    desk(works)


def test_who_decides_says_what_they_have_seen(desk: Any) -> None:
    async def works(at: Desk) -> None:
        await at.told()
        (draft,) = await at.outbox()
        path = f"/outbox/{draft['id']}/approve"
        blind = await at.client.post(path, headers=at.us)
        assert (blind.status_code, code(blind)) == (428, "precondition-required")
        seen = {**at.us, "if-match": blind.headers["etag"]}
        both = await asyncio.gather(*(at.client.post(path, headers=seen) for _ in range(2)))
        assert sorted(one.status_code for one in both) == [200, 412]
        again = await at.decide(draft["id"], "approve")
        assert (again.status_code, code(again)) == (409, "not-that-way")
        assert (await at.decide(draft["id"], "cancel")).json()["state"] == "cancelled"
        assert await at.post(Partner()).send_due() == 0

    desk(works)


def test_a_newer_answer_gives_up_the_draft_before_it_and_replaces_what_was_sent(desk: Any) -> None:
    async def works(at: Desk) -> None:
        await at.told(**CANNOT)
        await at.told(**CAN)
        first, second = await at.outbox()
        assert (first["state"], second["state"]) == ("cancelled", "drafted")
        await at.decide(second["id"], "approve")
        partner = Partner()
        assert await at.post(partner).send_due() == 1
        await at.told(**CANNOT)
        third = (await at.outbox())[-1]
        payload = (await at.client.get(third["links"]["payload"], headers=at.us)).text
        assert "Dette erstatter vår forrige tilbakemelding." in payload
        assert f"<RefToParent>{second['message_id']}</RefToParent>" in payload

    desk(works)


def test_a_refusal_needs_a_new_message_and_says_why(desk: Any) -> None:
    async def works(at: Desk) -> None:
        note = await at.approved()
        await at.post(Partner()).send_due()
        before = await at.whole(note)
        await at.receipt(before["message_id"], status="2", errors=[("E36", "Navn uten fødselsnummer")])
        found = await at.whole(note)
        assert (found["state"], "E36" in found["cause"]) == ("failed", True)
        assert "meldings-ID" in found["advice"]
        again = await at.decide(note, "retry")
        assert (again.status_code, code(again)) == (409, "refused-by-receiver")
        waiting = (await at.client.get("/attention", params={"at": NOW.isoformat()}, headers=at.us)).text
        assert "avvist" in waiting

    desk(works)


def test_silence_of_the_receiver_shows_where_everything_that_is_missing_shows(desk: Any) -> None:
    async def works(at: Desk) -> None:
        note = await at.approved()
        await at.post(Partner()).send_due()
        later = replace(at.hub.projector, clock=lambda: NOW + timedelta(hours=97))
        ((lane,),) = await at.hub.sql("SELECT lane FROM stay")
        await later.person(lane)
        found = await at.whole(note)
        assert (found["state"], "96 timer" in found["cause"]) == ("sent", True)
        ((delivery,),) = await at.hub.sql("SELECT delivery FROM message WHERE type = 'DIALOG_NOTAT'")
        assert delivery == "missing"
        await at.receipt(found["message_id"], generated=NOW + timedelta(hours=98))
        assert (await at.whole(note))["state"] == "acknowledged", "a late receipt still holds"

    desk(works)


def test_a_process_that_dies_between_sending_and_writing_it_down_loses_nothing_and_hides_nothing(desk: Any) -> None:
    async def works(at: Desk) -> None:
        note = await at.approved()
        partner = Partner(does=["takes, then we die"])
        with pytest.raises(Killed):
            await at.post(partner).send_due()
        assert await at.post(partner).send_due() == 0, "nobody takes it while it may be under way"
        too_late = await at.decide(note, "cancel")
        assert (too_late.status_code, code(too_late)) == (409, "maybe-sent")
        await at.due()
        assert await at.post(partner).send_due() == 1
        first, second = partner.got
        assert first == second, "the same message under the same MsgId, which its receiver knows as a repetition"
        tries = [step["cause"] for step in (await at.whole(note))["history"] if step["cause"].startswith("Forsøk")]
        assert tries == ["Forsøk 1", "Forsøk 2"]
        assert await at.hub.sql("SELECT count(*) FROM message WHERE type = 'DIALOG_NOTAT'") == [(1,)]

    desk(works)


SENDS_ONCE = """
import asyncio
from hub.event_loop import loop_factory
from hub.log.database import connect
from hub.outbox.outward import outward
from hub.settings import load_settings

async def run():
    settings = load_settings()
    async with outward(settings, connect(settings)) as out:
        print(await out["send"](), flush=True)

with asyncio.Runner(loop_factory=loop_factory()) as runner:
    runner.run(run())
"""
"""What a worker does of the outbox, in a process that can be killed."""


async def _worker(at: Desk, partner: Any) -> tuple[int, bytes]:
    """One look at the outbox by a process of its own: how it ended, and how many it sent."""
    settings = at.hub.settings
    told = {
        "DATABASE_URL": settings.database_url.get_secret_value(),
        "HEIMVEG_ID_KEY": id_key(settings).decode(),
        "HEIMVEG_TRANSPORT": "http",
        "HEIMVEG_TRANSPORT_URL": partner.url,
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SENDS_ONCE, env={**os.environ, **told}, stdout=subprocess.PIPE
    )
    partner.sender = process.pid
    sent, _ = await process.communicate()
    return int(process.returncode or 0), b"".join(sent.split()[-1:])  # the rest is its log


def test_a_worker_killed_over_a_real_connection_is_followed_by_one_marked_repetition_and_the_receipt(desk: Any) -> None:
    async def works(at: Desk) -> None:
        note = await at.approved()
        message_id = (await at.whole(note))["message_id"]
        receipt = apprec(
            at.case, message_id, type="DIALOG_NOTAT", sender=at.case.parties.hospital,
            receiver=at.case.parties.saksbehandling, issued=NOW, version="1.0",
        )  # fmt: skip
        with listening("kills the sender", 503, receipt) as partner:
            assert (await _worker(at, partner))[0] == -signal.SIGKILL
            assert await at.hub.sql("SELECT state, attempts FROM outgoing") == [("approved", 1)], "nothing is lost"
            for expected in (b"0", b"1"):
                await at.due()
                assert await _worker(at, partner) == (0, expected)
        assert len(set(partner.got)) == 1 and len(partner.got) == 3, "the same bytes each time"
        assert set(spoken(partner, "idempotency-key")) == {message_id}
        tries = [step["cause"] for step in (await at.whole(note))["history"] if step["cause"].startswith("Forsøk")]
        assert tries == ["Forsøk 1", "Forsøk 2", "Forsøk 3"], "each try is written down, also the one nobody saw end"
        ((row,),) = await at.hub.sql("SELECT id FROM message WHERE type = 'APPREC'")
        await at.hub.project(row)
        assert (await at.whole(note))["state"] == "acknowledged"

    desk(works)


def test_a_partner_that_stays_away_is_tried_ever_later_and_then_a_person_must_act(desk: Any) -> None:
    async def works(at: Desk) -> None:
        note = await at.approved()
        partner = Partner(does=["is away"] * MOST_TRIES)
        pauses = []
        for _ in range(MOST_TRIES):
            await at.due()
            assert await at.post(partner).send_due() == 0
            ((pause,),) = await at.hub.sql("SELECT next_try - clock_timestamp() FROM outgoing")
            pauses.append(pause)
        assert pauses[-1] is None
        assert [round(p.total_seconds() / 5) for p in pauses[:4]] == [1, 2, 4, 8]
        failed = await at.whole(note)
        assert (failed["state"], failed["cause"]) == ("failed", "The other side cannot be reached")
        assert (await at.decide(note, "retry")).json()["state"] == "approved"
        assert await at.post(partner).send_due() == 1
        assert partner.got[0].message_id == failed["message_id"]

    desk(works)


def test_types_that_may_go_unattended_go_and_types_that_are_off_are_not_made(desk: Any) -> None:
    async def works(at: Desk) -> None:
        await at.told()
        said = {
            "author": "Fiktiv",
            "message": at.case.message_id("innlagt-N"),
            "reason": "incomplete",
            "text": "Mangler",
        }
        assert (await at.client.post(f"{at.stay}/deviations", json=said, headers=at.us)).status_code == 201
        (only,) = await at.outbox()
        assert (only["type"], only["state"]) == ("DIALOG_NOTAT", "approved")

    desk(works, outbox=("DIALOG_NOTAT",), outbox_unattended=("DIALOG_NOTAT",))


def test_a_withdrawal_never_overtakes_the_notice_that_it_withdraws(desk: Any) -> None:
    async def works(at: Desk) -> None:
        them = hospital(at.case)
        said = {"author": "Fiktiv Lege", "at": (NOW - timedelta(minutes=5)).isoformat()}
        wrong = await at.client.put(f"{at.stay}/ready-decided", json=said, headers=at.us)
        assert (wrong.status_code, code(wrong)) == (403, "not-your-organisation")
        told = await at.client.put(f"{at.stay}/ready-decided", json=said, headers=them)
        assert told.status_code == 201, told.text
        partner = Partner(does=["is away"])
        assert await at.post(partner).send_due() == 0
        gone = await at.client.delete(f"{at.stay}/ready-decided", headers={**them, "if-match": told.headers["etag"]})
        assert gone.status_code == 204
        assert await at.post(partner).send_due() == 0, "the notice is to be tried again first"
        await at.due()
        assert await at.post(partner).send_due() == 2
        assert [parcel.type for parcel in partner.got] == ["LOG_UTSKRIVNINGSKLAR", "LOG_AVMELDING"]
        ((state,),) = await at.hub.sql("SELECT count(*) FROM outgoing WHERE state = 'sent'")
        assert state == 2

    desk(works, outbox_unattended=("LOG_UTSKRIVNINGSKLAR", "LOG_AVMELDING"))


def test_a_message_service_takes_the_note_and_gives_the_receipt(desk: Any) -> None:
    async def works(at: Desk) -> None:
        note = await at.approved()
        service = Service(plugins=installed(), faults=[503])
        app = httpx.ASGITransport(service_app(service))
        async with httpx.AsyncClient(transport=app, base_url="http://127.0.0.1") as client:
            transport = MeldingstjenerTransport("http://127.0.0.1", at.hub.settings, client)
            assert await at.post(transport).send_due() == 0
            assert "503" in (await at.whole(note))["cause"]
            await at.due()
            assert await at.post(transport).send_due() == 1
            (held,) = service.messages.values()
            assert at.case.parties.hospital.virksomhet.her_id in held.receivers
            message_id = (await at.whole(note))["message_id"]
            answer = apprec(
                at.case, message_id, type="DIALOG_NOTAT", sender=at.case.parties.hospital,
                receiver=at.case.parties.saksbehandling, issued=NOW, version="1.0",
            )  # fmt: skip
            service.posted(answer, "application/xml")
            mine = [at.case.parties.saksbehandling.virksomhet.her_id]
            assert await fetch(at.hub.intake, transport, mine) == 1
            assert await fetch(at.hub.intake, transport, mine) == 0, "read is read"
            ((row,),) = await at.hub.sql("SELECT id FROM message WHERE type = 'APPREC'")
            await at.hub.project(row)
            assert (await at.whole(note))["state"] == "acknowledged"

    desk(works)


def test_a_report_is_drafted_of_what_the_municipality_gives(desk: Any) -> None:
    async def works(at: Desk) -> None:
        number = at.us["x-acts-for"]
        asked = {"type": "INNLEGGELSESRAPPORT", "stay": at.stay.rpartition("/")[2], "author": "Fiktiv Sykepleier",
                 "organisation": number}  # fmt: skip
        made = await at.client.post("/outbox", json=asked, headers=at.us)
        assert (made.status_code, made.json()["state"]) == (201, "drafted"), made.text
        payload = (await at.client.get(made.headers["location"] + "/payload", headers=at.us)).content
        assert b"EksisterendeTjeneste" in payload
        other = await at.client.post("/outbox", json=asked, headers=hospital(at.case))
        assert (other.status_code, code(other)) == (403, "not-your-organisation")

    desk(works, orientering_om_tjenestetilbud)


def test_a_report_of_nothing_is_not_made(desk: Any) -> None:
    async def works(at: Desk) -> None:
        asked = {"type": "ORIENTERING_TJENESTETILBUD", "stay": at.stay.rpartition("/")[2], "author": "Fiktiv",
                 "organisation": at.us["x-acts-for"]}  # fmt: skip
        made = await at.client.post("/outbox", json=asked, headers=at.us)
        assert (made.status_code, code(made), made.json()["detail"]) == (409, "nothing-to-tell", "no-receiver")

    desk(works, innleggelsesrapport)
