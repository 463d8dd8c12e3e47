"""What organizers see of answers from one e-mail address, and how two become one, in both APIs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from access.sentences import SENTENCES
from comments.domain.messages import write_to_host
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import MadeEvent, MadeRsvp, make_event, make_rsvp
from tests.tenant_cast import EVENTS, Cast, make_cast, said

pytestmark = pytest.mark.once

ADDRESS = "ana@example.org"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


@pytest.fixture
def event(cast: Cast) -> MadeEvent:
    return cast.event()


def twins(event: MadeEvent) -> tuple[MadeRsvp, MadeRsvp]:
    """Two answers from one address, the second with a guest."""
    return (
        make_rsvp(event, name="Ana", email=ADDRESS),
        make_rsvp(event, name="Ana L.", email="ANA@example.org", guest_count=1),
    )


def lists(event: MadeEvent) -> dict[str, str]:
    """The lists of an event's answers, with the name they stand under."""
    return {
        f"{event.path}/rsvps": "rsvps",
        f"{EVENTS}/{event.id}/rsvps": "attendees",
        f"{EVENTS}/{event.id}/attendees": "attendees",
    }


def test_organizers_see_which_answers_share_an_address(
    api: Api, cast: Cast, event: MadeEvent
) -> None:
    one, two = twins(event)
    alone, silent = make_rsvp(event, email="b@example.org"), make_rsvp(event)
    make_rsvp(cast.event(), email=ADDRESS)
    wanted = {one.id: [two.id], two.id: [one.id], alone.id: [], silent.id: []}
    for path, name in lists(event).items():
        token = cast.creator.key if path.startswith(EVENTS) else event.owner_token
        rows = said(api.get(path, token), 200)[name]
        found = {row.get("id") or row["rsvp_id"]: row["same_email"] for row in rows}
        assert found == {str(id): [str(each) for each in ids] for id, ids in wanted.items()}
        assert ADDRESS not in api.get(path, token).content.decode()


def test_nobody_else_does(api: Api, cast: Cast, event: MadeEvent) -> None:
    one, _ = twins(event)
    make_rsvp(event, user=cast.colleague.user, email=ADDRESS)
    seen = [
        api.get(event.path),
        api.get(f"{event.path}/rsvps/self", one.token),
        api.get(f"{EVENTS}/{event.id}/rsvps", cast.colleague.key),
        api.get(f"{EVENTS}/{event.id}/attendees", cast.colleague.key),
    ]
    for answer in seen:
        assert answer.status_code == 200
        assert "same_email" not in answer.content.decode()


def test_it_costs_one_query_for_any_number(
    api: Api, cast: Cast, event: MadeEvent, queries_of: Callable[..., int]
) -> None:
    counts: dict[str, list[int]] = {path: [] for path in lists(event)}
    for number in (3, 20):
        for _ in range(number):
            make_rsvp(event, email=ADDRESS)
        for path in counts:
            token = cast.creator.key if path.startswith(EVENTS) else event.owner_token
            api.get(path, token)  # a link's last use is noted once an hour
            counts[path].append(queries_of(lambda path=path, token=token: api.get(path, token)))
    assert all(few == many for few, many in counts.values()), counts


@pytest.mark.parametrize("door", ["capability", "tenant"])
class TestMerging:
    def merge(self, api: Api, cast: Cast, event: MadeEvent, door: str, goes: Any, into: Any) -> Any:
        if door == "tenant":
            path, token = f"{EVENTS}/{event.id}/rsvps/{goes}/merge", cast.creator.key
        else:
            path, token = f"{event.path}/rsvps/{goes}/merge", event.owner_token
        return api.post(path, {"into": str(into)}, token)

    def test_one_stays(self, api: Api, cast: Cast, event: MadeEvent, door: str) -> None:
        goes, stays = twins(event)
        write_to_host(event_id=event.id, rsvp_id=goes.id, content="May I bring a dog?")
        body = said(self.merge(api, cast, event, door, goes.id, stays.id), 200)
        if door == "capability":
            log = {message["content"] for message in body["rsvp"].pop("messages")}
            assert log == {
                "May I bring a dog?",
                "Merged: the RSVP of Ana into that of Ana L., party of 2.",
            }
            listed = said(api.get(f"{event.path}/rsvps", event.owner_token), 200)["rsvps"]
            assert [body["rsvp"] | {"same_email": []}] == listed
        else:
            listed = said(api.get(f"{EVENTS}/{event.id}/rsvps", cast.creator.key), 200)["attendees"]
            assert [body | {"same_email": []}] == listed
        assert api.get(f"{event.path}/rsvps/self", stays.token).status_code == 200
        assert api.get(f"{event.path}/rsvps/self", goes.token).status_code == 404
        assert (Rsvp.objects.count(), event.row.seats_taken) == (1, 2)

    def test_refusals(self, api: Api, cast: Cast, event: MadeEvent, door: str) -> None:
        one, two = (make_rsvp(event, user=m.user) for m in (cast.colleague, cast.organizer))
        elsewhere = make_rsvp(cast.event())
        refused = self.merge(api, cast, event, door, one.id, elsewhere.id)
        assert (refused.status_code, refused.json()["errors"]) == (
            400,
            {"into": [SENTENCES["not_another_rsvp"]]},
        )
        assert self.merge(api, cast, event, door, elsewhere.id, one.id).status_code == 404
        conflict = self.merge(api, cast, event, door, one.id, two.id)
        assert (conflict.status_code, conflict.json()["detail"]) == (409, SENTENCES["two_accounts"])

    def test_guests_may_not(self, api: Api, cast: Cast, event: MadeEvent, door: str) -> None:
        goes, stays = twins(event)
        path = f"{event.path}/rsvps" if door == "capability" else f"{EVENTS}/{event.id}/rsvps"
        token = goes.token if door == "capability" else cast.colleague.key
        refused = api.post(f"{path}/{goes.id}/merge", {"into": str(stays.id)}, token)
        assert (refused.status_code, Rsvp.objects.count()) == (403, 2)


def test_a_tenants_key_reaches_no_event_of_others(api: Api, cast: Cast) -> None:
    event = make_event()
    goes, stays = twins(event)
    path = f"{EVENTS}/{event.id}/rsvps/{goes.id}/merge"
    assert api.post(path, {"into": str(stays.id)}, cast.creator.key).status_code == 404
