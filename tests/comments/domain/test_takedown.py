"""Taking an event down and bringing it back: what is told, what is logged, what no longer goes
out; and reporting it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.core.management import CommandError
from django.test import Client

from comments.domain.anonymising import anonymise
from comments.domain.erasing import delete_event
from comments.domain.messages import announce
from comments.domain.reports import report_event, settle_report
from comments.domain.takedown import bring_back, take_down
from comments.models import Message, Report
from config.errors import Invalid, NotFound
from events.domain.notices import Notice
from events.models import Event
from notify.models import Mail
from outbox.models import Change
from rsvps.domain.respond import delete_rsvp
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_event, make_rsvp
from tests.notify.mail.posting import text_of, worked
from tests.pages.admin.cast import browser, make_house, superuser
from tests.root import run_json

pytestmark = pytest.mark.django_db


@pytest.fixture
def posting(settings: Any) -> None:
    """Mail goes into a list."""
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://events.example.org"
    settings.DEFAULT_FROM_EMAIL = "Convene <noreply@events.example.org>"


def told(event: MadeEvent) -> list[tuple[str, Any]]:
    changes = Change.objects.filter(event_id=event.id).order_by("id")
    return list(changes.values_list("kind", "data"))


def log_of(event: MadeEvent) -> list[str]:
    log = Message.objects.filter(event_id=event.id, author="system").order_by("created_at")
    return [each.content for each in log]


def test_both_are_logged_and_told(posting: None) -> None:
    """As a change of the event; how it was edited is nobody's business."""
    event = make_event()
    Change.objects.all().delete()
    before = event.stored
    take_down(event_id=event.id, reason="Spam")
    take_down(event_id=event.id, reason="Fraud")
    bring_back(event_id=event.id)
    bring_back(event_id=event.id)
    assert [kind for kind, _ in told(event)] == ["event.updated"] * 3
    assert [list(data["changed"]) for _, data in told(event)] == [["taken_down_at"]] * 3
    assert log_of(event) == [
        "Taken down by whoever runs this site.\n\nSpam",
        "Taken down by whoever runs this site.\n\nFraud",
        "Brought back by whoever runs this site.",
    ]
    after = event.stored
    assert (after.taken_down_at, after.takedown_reason) == (None, "")
    assert after.edit_version == before.edit_version
    assert after.version == before.version + 3


def test_its_mail_stops(posting: None, clock: Clock) -> None:
    """What waited, reminders, what its organizers say, and what deleting it would tell."""
    event = make_event(start_time=clock.now + timedelta(days=2))
    guests = [make_rsvp(event, email=f"guest{n}@example.org") for n in range(2)]
    worked()
    announce(event_id=event.id, content="Soon", notify="all")
    take_down(event_id=event.id)
    announce(event_id=event.id, content="Look here", notify="all")
    delete_rsvp(event_id=event.id, rsvp_id=guests[0].id)
    clock.advance(days=1, minutes=5)
    assert worked() == []
    delete_event(event_id=event.id, notice=Notice("all", "Come to my other event"))
    assert worked() == []


def test_reminders_go_on_when_it_is_back(posting: None, clock: Clock) -> None:
    """Those that are still to come."""
    event = make_event(start_time=clock.now + timedelta(days=2))
    make_rsvp(event, email="guest@example.org")
    worked()
    take_down(event_id=event.id)
    clock.advance(days=1, hours=1)
    bring_back(event_id=event.id)
    clock.advance(hours=22, minutes=5)
    assert len(worked()) == 1
    assert Mail.objects.filter(kind="reminder", state="sent").count() == 1


def test_an_event_that_is_gone() -> None:
    """404 as ever."""
    event = make_event()
    delete_event(event_id=event.id)
    for act in (take_down, bring_back):
        with pytest.raises(NotFound):
            act(event_id=event.id)


def test_a_reason_that_is_too_long(everything_stored: Callable[[], Any]) -> None:
    """Nothing is done."""
    event = make_event()
    before = everything_stored()
    with pytest.raises(Invalid) as refused:
        take_down(event_id=event.id, reason="x" * 2_001)
    assert refused.value.keys == {"reason": ["too_long"]}
    assert everything_stored() == before


def test_the_commands(api: Api) -> None:
    """By the event's id."""
    event = make_event()
    run_json("takedown", str(event.id), "--reason", "Spam")
    assert event.stored.takedown_reason == "Spam"
    assert api.get(event.path).status_code == 404
    run_json("restore_event", str(event.id))
    assert api.get(event.path).status_code == 200
    with pytest.raises(CommandError):
        run_json("takedown", "0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11")


# --- Reports ------------------------------------------------------------------------------------


def test_a_report_reaches_whoever_runs_the_instance(posting: None, settings: Any) -> None:
    """By mail, to be answered to the visitor; the host is told nothing."""
    settings.ADMIN_EMAIL = "admin@events.example.org"
    event = make_event(title="Free money http://evil.example/x", host_email="host@example.org")
    worked()
    answer = Client().post(
        f"/e/{event.id}/report",
        {"reason": "fraud", "text": "It is a fake.", "email": "ana@example.org"},
    )
    assert answer.status_code == 303
    (sent,) = worked()
    assert (sent["To"], sent["Reply-To"]) == ("admin@events.example.org", "ana@example.org")
    assert sent["Subject"] == "An event was reported"
    text = text_of(sent)
    assert "> It is a fake." in text
    assert "http://evil" not in text
    report = Report.objects.get()
    assert f"/admin/comments/report/{report.pk}/change/" in text
    assert log_of(event) == []
    page = Client()
    page.cookies["convene_owner"] = event.owner_token
    assert "It is a fake" not in page.get(f"/e/{event.id}/admin").content.decode()


def test_without_an_address_to_tell_it_is_kept(posting: None) -> None:
    """For the admin."""
    event = make_event()
    report_event(event_id=event.id, reason="other")
    assert (worked(), Report.objects.count()) == ([], 1)


def test_it_is_throttled(settings: Any) -> None:
    """By client."""
    settings.THROTTLE, settings.THROTTLE_REPORTS = True, "1/hour"
    event = make_event()
    client = Client()
    said = [client.post(f"/e/{event.id}/report", {"reason": "spam"}) for _ in range(2)]
    assert [answer.status_code for answer in said] == [303, 429]
    assert Report.objects.count() == 1


def test_a_report_is_settled_once(clock: Clock) -> None:
    """The first moment stays."""
    report_id = report_event(event_id=make_event().id, reason="spam")
    settle_report(report_id=report_id)
    first = Report.objects.get().settled_at
    clock.advance(hours=1)
    settle_report(report_id=report_id)
    assert Report.objects.get().settled_at == first


def test_who_reported_is_forgotten_with_the_guests(clock: Clock) -> None:
    """When an event is stripped of its guests."""
    event = make_event()
    make_rsvp(event)
    report_event(event_id=event.id, reason="spam", text="I am Ana", email="ana@example.org")
    anonymise(event_id=event.id)
    assert Report.objects.values_list("reason", "text", "email").get() == ("spam", "", "")


def test_the_admin_takes_down_and_brings_back() -> None:
    """Root does, from a report or from the event; an organizer does not."""
    ours = make_house("Ours")
    report = Report.objects.get(event=ours.event.id)
    boss, organizer = browser(superuser()), browser(ours.organizer)
    events = "/admin/events/event/"
    act: dict[str, Any] = {"_selected_action": [str(ours.event.id)], "apply": "1"}
    organizer.post(events, act | {"action": "take_down", "reason": "Mine"})
    assert ours.event.stored.taken_down_at is None
    chosen = {"_selected_action": [str(report.pk)], "apply": "1", "action": "take_event_down"}
    boss.post("/admin/comments/report/", chosen | {"reason": "Fraud"})
    assert ours.event.stored.takedown_reason == "Fraud"
    report.refresh_from_db()
    assert report.settled_at is not None
    organizer.post(events, act | {"action": "bring_back"})
    assert Event.objects.filter(pk=ours.event.id, taken_down_at=None).count() == 0
    boss.post(events, act | {"action": "bring_back"})
    assert ours.event.stored.taken_down_at is None
