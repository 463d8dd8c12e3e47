"""What is delivered to whom, in which order, how often, and what becomes of receivers that fail."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone
from standardwebhooks import Webhook

from comments.domain.erasing import delete_event
from events.domain.lifecycle import cancel_event
from notify.domain.delivering import _LATER, next_call, settle
from notify.domain.endpoints import (
    NewEndpoint,
    change_endpoint,
    create_endpoint,
    create_event_endpoint,
    forget_endpoints,
    replay,
    rotate_secret,
    send_test,
)
from notify.domain.sending import Answer
from notify.models import Attempt, Delivery, Endpoint
from outbox.domain.taking import fan_out
from outbox.enums import Kind
from outbox.models import Change
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, delete_rsvp
from tests.makers import make_channel, make_event, make_rsvp
from tests.notify.receiver import Receiver
from tests.notify.working import deliver
from tests.tenant_cast import Cast, make_cast

pytestmark = pytest.mark.django_db
FAILED = Answer(500, "", 12)


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def hook(cast: Cast, url: str = "https://hooks.example.org/", **values: Any) -> NewEndpoint:
    """A webhook of the first tenant."""
    return create_endpoint(tenant_id=cast.tenant.pk, values={"url": url} | values)


def state_of(endpoint: Endpoint) -> tuple[bool, str]:
    stored = Endpoint.objects.get(pk=endpoint.pk)
    return stored.enabled, stored.disabled_reason


def types() -> list[str]:
    return list(Delivery.objects.order_by("place", "created_at").values_list("type", flat=True))


def test_what_arrives(cast: Cast, receiver: Receiver) -> None:
    """Signed as Standard Webhooks says, with the body of the Tenant API."""
    made = hook(cast, receiver.at("ok"))
    event = cast.event(title="Supper")
    rsvp = make_rsvp(event, name="Ana", email="ana@example.org", note="Vegan")
    assert deliver() == 2
    told = []
    for call in receiver.calls:
        Webhook(made.secret).verify(call["body"], call["headers"])
        told.append(json.loads(call["body"]))
    assert [list(each) for each in told] == [["type", "timestamp", "data"]] * 2
    assert [each["type"] for each in told] == ["event.created", "rsvp.created"]
    assert told[0]["data"]["title"] == "Supper"
    assert told[0]["data"]["tenant_id"] == str(cast.tenant.pk)
    answer = told[1]["data"]
    assert (answer["id"], answer["event_id"]) == (str(rsvp.id), str(event.id))
    assert (answer["name"], answer["email"], answer["response_message"]) == (
        *("Ana", "ana@example.org"),
        "Vegan",
    )
    assert answer["ticket"] is None
    ids = [call["headers"]["webhook-id"] for call in receiver.calls]
    assert ids == [
        f"msg_{each.pk.hex}" for each in Delivery.objects.order_by("place", "created_at")
    ]


def test_two_secrets_sign_for_a_day(cast: Cast, receiver: Receiver) -> None:
    """The new one and the one before; then the new one alone."""
    made = hook(cast, receiver.at("ok"))
    rotated = rotate_secret(endpoint=made.endpoint)
    assert rotated.secret != made.secret
    send_test(endpoint=made.endpoint)
    deliver()
    (call,) = receiver.calls
    assert len(call["headers"]["webhook-signature"].split(" ")) == 2
    for secret in (made.secret, rotated.secret):
        Webhook(secret).verify(call["body"], call["headers"])
    send_test(endpoint=made.endpoint)
    later = next_call(timezone.now() + timedelta(days=1, seconds=1), ())
    assert later is not None
    assert len(later.headers["webhook-signature"].split(" ")) == 1


def test_a_leaked_database_signs_nothing(cast: Cast, everything_stored: Any) -> None:
    """No secret stands in it, neither as text nor as bytes."""
    made = hook(cast)
    stored = str(everything_stored())
    assert made.secret not in stored
    assert made.secret.removeprefix("whsec_") not in stored


def test_who_hears_of_what(cast: Cast) -> None:
    """By tenant, type and channel; switched off, of nothing."""
    channel = make_channel(tenant=cast.tenant)
    everything = hook(cast).endpoint
    deleted = hook(cast, events=["event.deleted", "rsvp.deleted"]).endpoint
    there = hook(cast, channel_id=channel.pk).endpoint
    hook(cast, enabled=False)
    create_endpoint(tenant_id=cast.other.pk, values={"url": "https://other.example.org/"})
    event = cast.event(channel_id=channel.pk)
    rsvp = make_rsvp(event)
    update_event(event=event.row, values={"channel_name": ""})
    delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)
    delete_event(event_id=event.id)
    fan_out.call()
    heard = {
        endpoint.pk: list(
            Delivery.objects.filter(endpoint=endpoint)
            .order_by("place", "created_at")
            .values_list("type", flat=True)
        )
        for endpoint in Endpoint.objects.all()
    }
    assert {pk: said for pk, said in heard.items() if said} == {
        everything.pk: [
            *("event.created", "rsvp.created", "event.updated"),
            *("rsvp.deleted", "event.deleted"),
        ],
        deleted.pk: ["rsvp.deleted", "event.deleted"],
        # The event left: for this channel it is gone, and so is what happens to it later.
        there.pk: ["event.created", "rsvp.created", "event.deleted"],
    }


def test_in_order_per_event(cast: Cast) -> None:
    """What waits holds up what happened later to the same event, and nothing else."""
    hook(cast)
    first, second = cast.event(), cast.event()
    make_rsvp(first)
    make_rsvp(second)
    fan_out.call()
    now = timezone.now()
    call = next_call(now, ())
    assert call is not None
    settle(call, FAILED, now)
    seen = []
    while call := next_call(now, ()):
        seen.append((json.loads(call.body)["type"], json.loads(call.body)["data"]["id"]))
        settle(call, Answer(200, "", 1), now)
    assert [kind for kind, _ in seen] == ["event.created", "rsvp.created"]
    assert seen[0][1] == str(second.id)
    call = next_call(now + timedelta(seconds=6), ())
    assert call is not None
    assert json.loads(call.body)["data"]["id"] == str(first.id)


def test_a_busy_endpoint_is_left_alone(cast: Cast) -> None:
    """A slow receiver has one call at a time; others go on meanwhile."""
    slow, fast = hook(cast).endpoint, hook(cast).endpoint
    cast.event()
    cast.event()
    fan_out.call()
    now = timezone.now()
    calls = []
    while call := next_call(now, {slow.pk}):
        calls.append(call.endpoint_id)
        settle(call, Answer(200, "", 1), now)
    assert calls == [fast.pk] * 2


def test_leases(cast: Cast, settings: Any) -> None:
    """Whoever took a delivery has it alone, until the lease ran out."""
    hook(cast)
    cast.event()
    fan_out.call()
    now = timezone.now()
    assert next_call(now, ()) is not None
    assert next_call(now, ()) is None
    lease = timedelta(seconds=settings.OUTBOX_LEASE + settings.WEBHOOK_SECONDS)
    assert next_call(now + lease - timedelta(seconds=1), ()) is None
    again = next_call(now + lease, ())
    assert again is not None
    settle(again, Answer(200, "", 3), now)
    settle(again, FAILED, now)  # the first worker comes back late: it changes nothing
    assert Delivery.objects.get().state == "delivered"
    assert Attempt.objects.count() == 1


def test_three_days_of_tries(cast: Cast) -> None:
    """The first after five seconds, the last after three days; then the webhook is switched off,
    and organizers are told."""
    endpoint = hook(cast).endpoint
    cast.event()
    fan_out.call()
    began = now = timezone.now()
    waits = []
    while call := next_call(now, ()):
        settle(call, FAILED, now)
        delivery = Delivery.objects.get()
        if delivery.state == "failed":
            break
        waits.append((delivery.next_at - now).total_seconds())
        now = delivery.next_at
    assert waits[0] == 5
    for wait, wanted in zip(waits, _LATER, strict=True):
        assert wanted * 0.8 <= wait <= wanted * 1.2
    assert len(set(waits)) == len(waits)
    assert timedelta(days=2.4) <= now - began <= timedelta(days=3.6)
    assert Attempt.objects.count() == len(waits) + 1
    assert state_of(endpoint) == (False, "gave_up")
    told = Change.objects.get(kind=Kind.WEBHOOK_DISABLED)
    assert (told.object_id, told.data) == (
        endpoint.pk,
        {"reason": "gave_up", "url": endpoint.url},
    )


def test_gone_is_gone(cast: Cast) -> None:
    """410 says so: the webhook is not called again."""
    endpoint = hook(cast).endpoint
    cast.event()
    fan_out.call()
    now = timezone.now()
    call = next_call(now, ())
    assert call is not None
    settle(call, Answer(410, "", 1), now)
    assert state_of(endpoint) == (False, "gone")
    cast.event()
    fan_out.call()
    assert next_call(now + timedelta(days=9), ()) is None


def test_switched_on_again_it_goes_on(cast: Cast) -> None:
    """With what waited, and not with what happened meanwhile."""
    endpoint = hook(cast).endpoint
    first = cast.event()
    fan_out.call()
    change_endpoint(endpoint_id=endpoint.pk, values={"enabled": False})
    cast.event()
    fan_out.call()
    assert next_call(timezone.now() + timedelta(days=9), ()) is None
    change_endpoint(endpoint_id=endpoint.pk, values={"enabled": True})
    now = timezone.now()
    call = next_call(now, ())
    assert call is not None
    assert json.loads(call.body)["data"]["id"] == str(first.id)
    settle(call, Answer(200, "", 1), now)
    assert next_call(now, ()) is None


def test_replay(cast: Cast, receiver: Receiver) -> None:
    """Once more, under the same id, with the object as it stands now."""
    endpoint = hook(cast, receiver.at("ok")).endpoint
    event = cast.event(title="Supper")
    deliver()
    update_event(event=event.row, values={"title": "Dinner"})
    replay(endpoint=endpoint, delivery_id=Delivery.objects.get().pk)
    assert deliver() == 2
    created = [call for call in receiver.calls if '"event.created"' in call["body"]]
    assert len({call["headers"]["webhook-id"] for call in created}) == 1
    titles = [json.loads(call["body"])["data"]["title"] for call in created]
    assert titles == ["Supper", "Dinner"]


def test_an_event_of_ones_own(receiver: Receiver) -> None:
    """It hears of it once it echoed the challenge, to the end."""
    event = make_event()
    made = create_event_endpoint(event_id=event.id, values={"url": receiver.at("echo")})
    make_rsvp(event)
    assert types() == ["endpoint.challenge"]
    assert deliver() == 1
    cancel_event(event_id=event.id)
    delete_event(event_id=event.id)
    assert deliver() == 2
    told = [json.loads(call["body"]) for call in receiver.calls]
    assert [each["type"] for each in told] == [
        *("endpoint.challenge", "event.cancelled"),
        "event.deleted",
    ]
    assert told[2]["data"] == {"id": str(event.id), "event_id": str(event.id)}
    for call in receiver.calls:
        Webhook(made.secret).verify(call["body"], call["headers"])
    assert forget_endpoints() == 1
    assert not Endpoint.objects.exists()


def test_who_does_not_echo_hears_nothing(receiver: Receiver) -> None:
    """It is asked four times, then switched off."""
    event = make_event()
    made = create_event_endpoint(event_id=event.id, values={"url": receiver.at("ok")})
    now = timezone.now()
    for _ in range(6):
        deliver(now)
        now += timedelta(hours=1)
    make_rsvp(event)
    deliver(now)
    assert {json.loads(call["body"])["type"] for call in receiver.calls} == {"endpoint.challenge"}
    assert len(receiver.calls) == 4
    assert state_of(made.endpoint) == (False, "unproven")
    assert set(Attempt.objects.values_list("problem", flat=True)) == {"no_echo"}


def test_a_host_is_not_flooded(settings: Any, receiver: Receiver) -> None:
    """Webhooks of single events call one host so often in an hour, and wait then."""
    settings.WEBHOOK_LIMIT_HOST = 3
    for _ in range(5):
        create_event_endpoint(event_id=make_event().id, values={"url": receiver.at("echo")})
    now = timezone.now()
    assert deliver(now) == 3
    assert deliver(now + timedelta(minutes=6)) == 0
    assert deliver(now + timedelta(minutes=61)) == 2


def test_objects_that_are_gone_are_told_by_their_ids(cast: Cast) -> None:
    """What was deleted before it was told."""
    hook(cast)
    event = cast.event()
    rsvp = make_rsvp(event)
    change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"guest_count": 1})
    delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)
    fan_out.call()
    told = []
    while call := next_call(timezone.now(), ()):
        told.append(json.loads(call.body))
        settle(call, Answer(200, "", 1), timezone.now())
    ids = {"id": str(rsvp.id), "event_id": str(event.id)}
    assert [(each["type"], each["data"]) for each in told[1:]] == [
        ("rsvp.created", ids),
        ("rsvp.updated", ids),
        ("rsvp.deleted", ids),
    ]
