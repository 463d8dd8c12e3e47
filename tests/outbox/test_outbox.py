"""Changes are written with what they tell, taken once and in order, and forgotten after a month."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection, transaction
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from comments.domain.erasing import delete_event
from events.domain.notices import Notice
from events.models import Event
from notify.domain.endpoints import create_endpoint
from notify.models import Delivery
from outbox.domain import taking
from outbox.domain.taking import fan_out, forget_changes, subscribe
from outbox.enums import PUBLISHED, Kind
from outbox.models import Change
from rsvps.domain.respond import delete_rsvp
from tests.makers import make_event, make_rsvp, make_tenant
from tests.tenant_cast import make_member

pytestmark = pytest.mark.django_db


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The kinds of what a lone subscriber took."""
    kinds: list[str] = []

    def subscriber(changes: Sequence[Change]) -> None:
        kinds.extend(change.kind for change in changes)

    monkeypatch.setattr(taking, "_subscribers", {})
    subscribe("test", subscriber)
    return kinds


def kinds() -> list[str]:
    """What was written, in order."""
    return list(Change.objects.values_list("kind", flat=True))


def their_event(**values: Any) -> Any:
    """An event of an organisation."""
    return make_event(actor=make_member(make_tenant()).actor, **values)


def test_who_is_heard(settings: Any) -> None:
    """A tenant's event is told, one of nobody's only with a webhook of its own or mail."""
    make_event()
    assert kinds() == []
    event = make_event()
    Event.objects.filter(pk=event.id).update(has_webhooks=True)
    make_rsvp(event)
    assert kinds() == ["rsvp.created"]
    settings.MAIL_ENABLED = True
    make_event()
    assert kinds() == ["rsvp.created", "event.created"]
    settings.MAIL_ENABLED = False
    their_event()
    assert kinds() == ["rsvp.created", "event.created", "event.created"]


def test_what_is_written() -> None:
    """The ids and the transaction; it waits to be taken, and no task is needed for that."""
    event = their_event()
    rsvp = make_rsvp(event)
    change = Change.objects.get(kind=Kind.RSVP_CREATED)
    assert (change.tenant_id, change.event_id) == (event.stored.tenant_id, event.id)
    assert (change.object_id, change.channel_id, change.taken_at) == (rsvp.id, None, None)
    assert (change.xid > 0) == (connection.vendor == "postgresql")
    assert DBTaskResult.objects.count() == 0


def test_what_does_not_happen_is_not_told() -> None:
    """A change is rolled back with what it tells."""
    event = their_event()
    before = kinds()
    with transaction.atomic():
        make_rsvp(event)
        transaction.set_rollback(True)
    assert kinds() == before


def test_everything_is_taken_once_and_in_order(
    taken: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many batches it takes, however often the task runs."""
    monkeypatch.setattr(taking, "_BATCH", 2)
    event = their_event()
    for name in ("Ana", "Ben", "Cem"):
        rsvp = make_rsvp(event, name=name)
    delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)
    fan_out.call()
    fan_out.call()
    assert taken == ["event.created", *["rsvp.created"] * 3, "rsvp.deleted"]
    assert not Change.objects.filter(taken_at=None).exists()


@pytest.mark.once
def test_a_fault_of_a_subscriber_holds_up_nobody(
    taken: list[str], monkeypatch: pytest.MonkeyPatch, caplog: Any
) -> None:
    """It is logged; the other changes and the other subscribers go on."""
    seen = []

    def faulty(changes: Sequence[Change]) -> None:
        for change in changes:
            assert change.kind != Kind.RSVP_CREATED
            seen.append(change.kind)

    subscribe("faulty", faulty)
    event = their_event()
    make_rsvp(event)
    delete_event(event_id=event.id)
    fan_out.call()
    assert taken == ["event.created", "rsvp.created", "event.deleted"]
    assert seen[-2:] == ["event.created", "event.deleted"]
    assert [record.message for record in caplog.records if record.name == "convene.outbox"] == [
        f"faulty cannot take change {Change.objects.get(kind=Kind.RSVP_CREATED).pk}"
    ]


def test_what_was_erased_goes_when_it_is_taken(settings: Any, taken: list[str]) -> None:
    """Until then mail may read the address of a guest whose answer is gone."""
    settings.MAIL_ENABLED = True
    event = make_event(title="Midsummer")
    rsvp = make_rsvp(event, email="ana@example.org")
    delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)
    make_rsvp(event, email="bo@example.org")
    delete_event(event_id=event.id, notice=Notice("all"))
    stored = dict(Change.objects.values_list("kind", "erased"))
    assert stored["rsvp.deleted"]["guests"][0]["email"] == "ana@example.org"
    assert stored["event.deleted"]["event"]["title"] == "Midsummer"
    fan_out.call()
    assert set(map(str, Change.objects.values_list("erased", flat=True))) == {"{}"}


def test_looking_for_changes_writes_nothing(django_assert_num_queries: Any) -> None:
    """The worker does it each second: one SELECT, and on SQLite no lock."""
    their_event()
    fan_out.call()
    with django_assert_num_queries(1) as captured:
        fan_out.call()
    assert captured.captured_queries[0]["sql"].startswith("SELECT")


def test_changes_are_forgotten_after_a_month(taken: list[str]) -> None:
    """A day later than the feed tells them; what was not taken stays."""
    their_event()
    fan_out.call()
    endpoint = create_endpoint(
        tenant_id=make_tenant().pk, values={"url": "https://hooks.example.org/"}
    ).endpoint
    Delivery.objects.create(endpoint=endpoint, change=Change.objects.get(), type="event.created")
    their_event()
    now = timezone.now()
    assert forget_changes(now + timedelta(days=30, hours=23)) == 0
    assert forget_changes(now + timedelta(days=31, seconds=1), dry_run=True) == 1
    assert forget_changes(now + timedelta(days=31, seconds=1)) == 1
    assert kinds() == ["event.created"]
    assert not Delivery.objects.exists()


def test_what_is_published() -> None:
    """The types that webhooks and the change feed know."""
    assert [kind.value for kind in PUBLISHED] == [
        "event.created",
        "event.updated",
        "event.cancelled",
        "event.deleted",
        "rsvp.created",
        "rsvp.updated",
        "rsvp.deleted",
        "rsvp.promoted",
        "rsvp.checked_in",
        "comment.created",
    ]
