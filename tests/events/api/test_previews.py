"""Previews: a change is answered as it would be, and nothing is changed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction
from hypothesis import example, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from access.models import StoredResponse
from config.cleaners import (
    Email,
    Flag,
    Id,
    Json,
    Moment,
    Null,
    OneOf,
    Text,
    Texts,
    WebAddress,
    Whole,
)
from events.domain.lifecycle import cancel_event
from events.fields import EVENT, EventField
from events.kinds import Hours, Zone
from notify.models import Mail
from outbox.domain.taking import fan_out
from tests.conftest import Api, Clock
from tests.events.api.noticed import Stored, doors, filled_event, social_with_mail
from tests.makers import MadeEvent, make_image, make_rsvp
from tests.parity.doors import ENDPOINTS
from tests.parity.names import own_name
from tests.social_cast import Social
from tests.tenant_cast import said

COVER = "{cover}"
# Nothing that could be a link.
_NAMES = st.text("aäß \N{SNOWMAN}*<", min_size=1, max_size=12).filter(str.strip)
# A value of each kind that the domain takes; the event begins between the two.
_MOMENTS = {"start_time": (2090, 2094), "end_time": (2096, 2099), "rsvp_close_at": (2030, 2099)}


@pytest.fixture
def social(api: Api, settings: Any, clock: Clock) -> Social:
    return social_with_mail(api, settings)


@pytest.fixture
def event(social: Social) -> MadeEvent:
    return filled_event(social)


def values_of(field: EventField) -> st.SearchStrategy[Any]:
    """Values that can be sent for a field, null among them where it means something."""
    kind: Any = field.kind
    found: st.SearchStrategy[Any]
    match kind:
        case WebAddress():
            found = st.sampled_from(["https://example.org/a", "https://example.org/b"])
        case Text():
            found = _NAMES
        case Email():
            found = st.sampled_from(["ada@example.org", "bo@example.org"])
        case Moment():
            first, last = _MOMENTS[field.name]
            found = st.dates(date(first, 1, 1), date(last, 1, 1)).map(_at_noon)
        case Zone():
            found = st.sampled_from(["Europe/Berlin", "America/New_York", "UTC"])
        case OneOf():
            found = st.sampled_from([value for value, _ in kind.choices])
        case Flag():
            found = st.booleans()
        case Whole():
            found = st.integers(kind.lowest, min(kind.highest or 30, 30))
        case Id():
            found = st.just(COVER)
        case Texts():
            found = st.lists(_NAMES.map(str.strip), max_size=3)
        case Hours():
            found = st.lists(st.integers(1, 720), max_size=3, unique=True)
        case Json():
            found = st.dictionaries(st.sampled_from("ab"), st.integers(0, 3))
        case _:
            raise TypeError(f"No value of {kind}")
    return found if field.null is Null.REFUSED else found | st.none()


def _at_noon(day: date) -> str:
    return f"{day}T12:00:00"


def bodies(api_name: str) -> st.SearchStrategy[dict[str, Any]]:
    """Changes of an event as an API spells them, whoever is told."""
    endpoint = ENDPOINTS[f"{api_name}: event"]
    named = {own_name(endpoint, field.name): values_of(field) for field in EVENT}
    named.pop(None, None)
    told = {
        "status": st.just("cancelled"),
        "notify": st.sampled_from(["none", "going", "all"]),
        "notify_message": _NAMES,
    }
    return st.fixed_dictionaries({}, optional=named | told)  # type: ignore[arg-type]


def queued() -> int:
    """How many mails to guests the changes since the last look give rise to."""
    before = set(Mail.objects.values_list("id", flat=True))
    fan_out.func()
    written = Mail.objects.exclude(id__in=before)
    return written.filter(kind__in=("changed", "cancelled")).count()


@pytest.mark.slow
@pytest.mark.parametrize("api_name", ["capability", "tenant"])
def test_a_preview_is_what_happens(
    social: Social, everything_stored: Stored, api_name: str
) -> None:
    """Whatever is changed: the same answer, the same differences, as many mails; and a preview
    changes nothing itself."""
    start = datetime(2095, 1, 1, tzinfo=UTC)
    event = filled_event(social, channel_id=social.channel.pk, start_time=start)
    send, cover = doors(social, event)[api_name], str(make_image(social.cast.tenant).pk)
    seen: Counter[str] = Counter()
    fan_out.func()

    @given(body=bodies(api_name))
    @example(body={"title": "Moved", "notify": "all"})
    @example(body={"status": "cancelled", "notify": "going"})
    @hypothesis_settings(max_examples=20)
    def holds(body: dict[str, Any]) -> None:
        sent = {name: cover if said == COVER else said for name, said in body.items()}
        with transaction.atomic():
            seen.update(judge(sent))
            transaction.set_rollback(True)

    def judge(body: dict[str, Any]) -> set[str]:
        before = said(send("PATCH", {}), 200)
        stored = everything_stored()
        rehearsed = send("PATCH", body, preview="true")
        assert everything_stored() == stored
        done = send("PATCH", body, preview="false")
        assert rehearsed.status_code == done.status_code, done.content
        if done.status_code != 200:
            assert rehearsed.json() == done.json()
            return {f"refused {name}" for name in done.json()["errors"]}
        after = done.json()
        before, after = before.get("event", before), after.get("event", after)
        passing = {"last_modified", "updated_at"}
        changed = {
            name: [before[name], after[name]]
            for name in before
            if before[name] != after[name] and name not in passing
        }
        told = rehearsed.json()["preview"]
        audience = {"going": 2, "all": 4, "notified": queued()}
        assert told == {"changes": changed, "audience": audience}
        return {*changed, f"notified {audience['notified']}"}

    holds()
    assert not [name for name in seen if name.startswith("refused")]
    assert {"notified 0", "notified 2", "notified 4", "status", "title"} <= seen.keys()


@pytest.mark.parametrize("api_name", ["capability", "tenant"])
@pytest.mark.parametrize(("notify", "number"), [("none", 0), ("going", 2), ("all", 4)])
def test_a_preview_of_an_end(
    social: Social,
    event: MadeEvent,
    everything_stored: Stored,
    api_name: str,
    notify: str,
    number: int,
) -> None:
    """Erased in one API, cancelled in the other; not done in either."""
    stored = everything_stored()
    told = said(doors(social, event)[api_name]("DELETE", preview="true", notify=notify), 200)
    changes = {
        "capability": {"status": ["scheduled", None]},
        "tenant": {"status": ["scheduled", "cancelled"], "rsvps_closed": [False, True]},
    }[api_name]
    audience = {"going": 2, "all": 4, "notified": number}
    assert told == {"preview": {"changes": changes, "audience": audience}}
    assert everything_stored() == stored


def test_a_preview_of_taking_it_back(social: Social, event: MadeEvent) -> None:
    cancel_event(event_id=event.id)
    for send in doors(social, event).values():
        told = said(send("PATCH", {"status": "scheduled"}, preview="true"), 200)
        assert told["preview"]["changes"]["status"] == ["cancelled", "scheduled"]
    assert event.stored.cancelled_at is not None


@pytest.mark.once
@pytest.mark.parametrize(
    ("body", "fields"),
    [
        ({"title": ""}, ["title"]),
        ({"end_time": "2001-01-01T00:00:00Z"}, ["end_time"]),
        ({"notify": "some"}, ["notify"]),
        ({"notify": "all", "notify_message": "a\0b"}, ["notify_message"]),
        ({"status": "ended"}, ["status"]),
        ({"preview": True}, ["preview"]),
    ],
)
def test_a_preview_refuses_what_the_change_refuses(
    social: Social, event: MadeEvent, everything_stored: Stored, body: Any, fields: list[str]
) -> None:
    stored = everything_stored()
    for send in doors(social, event).values():
        for preview in ("true", "false"):
            assert list(said(send("PATCH", body, preview=preview), 400)["errors"]) == fields
    assert everything_stored() == stored


@pytest.mark.once
def test_what_is_wrong_in_a_query(
    social: Social, event: MadeEvent, everything_stored: Stored
) -> None:
    """Is told as it was spelt, and nothing is deleted."""
    stored = everything_stored()
    for send in doors(social, event).values():
        for name, value in (
            ("preview", "maybe"),
            ("notify", "some"),
            ("notifyMessage", "a%00b"),
            ("notify_message", "x" * 5001),
        ):
            assert list(said(send("DELETE", **{name: value}), 400)["errors"]) == [name]
    assert everything_stored() == stored


def test_a_preview_is_for_organizers_and_by_the_tag(
    social: Social, event: MadeEvent, everything_stored: Stored
) -> None:
    """It says how many answered."""
    stranger = make_rsvp(social.event()).token
    path, stored = f"{event.path}?preview=true", everything_stored()
    for method in ("PATCH", "DELETE"):
        said(social.api.send(method, path, {}), 401)
        said(social.api.send(method, path, {}, stranger), 403)
        headers = {"Authorization": f"Bearer {event.owner_token}", "If-Match": '"old.x"'}
        answer = social.api.client.generic(method, path, "{}", "application/json", headers=headers)
        assert answer.status_code == 412
    assert everything_stored() == stored


def test_a_preview_is_not_kept_for_its_key(social: Social, event: MadeEvent) -> None:
    """With an Idempotency-Key, too, it tells what is so now; the key stays free for the change."""
    headers = {"Authorization": f"Bearer {event.owner_token}", "Idempotency-Key": str(uuid4())}

    def send(query: str = "?preview=true") -> Any:
        return social.api.client.patch(
            f"{event.path}{query}", {"title": "New"}, "application/json", headers=headers
        )

    assert send().json()["preview"]["changes"] == {"title": ["Old", "New"]}
    assert send().headers.get("Idempotency-Replayed") is None
    assert not StoredResponse.objects.exists()
    assert send("").status_code == 200
    assert StoredResponse.objects.count() == 1


@pytest.mark.once
def test_without_mail_nobody_is_notified(social: Social, event: MadeEvent, settings: Any) -> None:
    settings.MAIL_ENABLED = False
    send = doors(social, event)["capability"]
    told = said(send("PATCH", {"title": "New", "notify": "all"}, preview="true"), 200)
    assert told["preview"]["audience"] == {"going": 2, "all": 4, "notified": 0}


def test_a_preview_costs_the_same_at_any_size(
    social: Social, queries_of: Callable[[Callable[[], Any]], int]
) -> None:
    costs = []
    for rounds in (1, 5):
        event = social.event()
        social.api.get(event.path, event.owner_token)
        for _ in range(rounds):
            make_rsvp(event, email=f"{uuid4()}@example.org")
        send = doors(social, event)["capability"]
        costs.append(
            queries_of(lambda send=send: said(send("PATCH", {"title": "N"}, preview="1"), 200))
        )
    assert costs[0] == costs[1]
