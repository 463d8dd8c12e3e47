"""Tiers, forms and attendee lists in the admin: everything goes through the domain."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from events.models import Event, Question, Tier
from pages.event_form import clock_time
from rsvps.domain.checkin import check_in
from rsvps.models import CheckIn, Rsvp
from tests.makers import MadeEvent, make_event, make_rsvp, make_tier
from tests.wording import in_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client: Client) -> Client:
    """A superuser's browser."""
    client.force_login(User.objects.create_superuser("root@example.org", "a long passphrase"))
    return client


def event_form(event: MadeEvent, **tiers: Any) -> dict[str, Any]:
    """The event's change form as the browser sends it, with rows of tiers."""
    stored = event.stored
    form: dict[str, Any] = {
        "title": stored.title,
        "start_time": clock_time(stored.start_time, stored.timezone),
        "end_time": clock_time(stored.end_time, stored.timezone),
        "timezone": stored.timezone,
        "format": stored.format,
        "max_guests_per_rsvp": stored.max_guests_per_rsvp,
        "show_guests": "everybody",
        "show_counts": "on",
        "show_online_url": "on",
        "comments_enabled": "on",
        "tags": "\n".join(stored.tags),
        "reminders": ", ".join(map(str, stored.reminders)),
        "channel_visibility": "public",
        "waitlist": "on",
        "links-TOTAL_FORMS": 1,
        "links-INITIAL_FORMS": 1,
        "links-0-id": stored.links.get().pk,
        "links-0-event": stored.pk,
        "tiers-TOTAL_FORMS": 0,
        "tiers-INITIAL_FORMS": 0,
        "live_room-TOTAL_FORMS": 0,
        "live_room-INITIAL_FORMS": 0,
    }
    return form | tiers


def row(number: int, tier: Tier | None = None, **values: Any) -> dict[str, Any]:
    """One row of the tier inline."""
    told = {"name": "Ticket", "price_cents": 0, "currency": "EUR", "position": 0} | values
    if tier is not None:
        told |= {"id": tier.pk, "event": tier.event_id}
    return {f"tiers-{number}-{name}": value for name, value in told.items()}


def test_tiers_beside_their_event(boss: Client) -> None:
    """Rows are added, changed and removed through the domain: the event's version grows."""
    event = make_event()
    change = reverse("admin:events_event_change", args=[event.id])
    added = event_form(event, **{"tiers-TOTAL_FORMS": 1}, **row(0, name="VIP", is_active="on"))
    assert boss.post(change, added).status_code == 302
    tier = Tier.objects.get()
    assert (tier.name, tier.event_id, tier.is_active) == ("VIP", event.id, True)
    version = event.stored.version
    counts = {"tiers-TOTAL_FORMS": 1, "tiers-INITIAL_FORMS": 1}
    renamed = event_form(event, **counts, **row(0, tier, name="VIPs", is_active="on"))
    assert boss.post(change, renamed).status_code == 302
    assert Tier.objects.get().name == "VIPs"
    assert event.stored.version == version + 1
    gone = event_form(event, **counts, **row(0, tier, DELETE="on"))
    assert boss.post(change, gone).status_code == 302
    assert not Tier.objects.exists()


@pytest.mark.once
def test_a_bad_tier_is_told_beside_its_field(boss: Client) -> None:
    """DEM is no money any more; nothing is written."""
    event = make_event()
    change = reverse("admin:events_event_change", args=[event.id])
    form = event_form(event, **{"tiers-TOTAL_FORMS": 1}, **row(0, currency="DEM"))
    answer = boss.post(change, form)
    assert answer.status_code == 200
    assert in_words("not_a_currency") in answer.content.decode()
    assert not Tier.objects.exists()


def test_a_tier_in_use_stays(boss: Client) -> None:
    """The domain's refusal is shown, from the event's page and from the list of tiers."""
    event = make_event()
    tier = make_tier(event)
    make_rsvp(event, tier_id=tier.pk)
    counts = {"tiers-TOTAL_FORMS": 1, "tiers-INITIAL_FORMS": 1}
    change = reverse("admin:events_event_change", args=[event.id])
    answer = boss.post(
        change, event_form(event, **counts, **row(0, tier, DELETE="on")), follow=True
    )
    assert Tier.objects.get() == tier
    assert answer.status_code == 200


def question_rows(*questions: dict[str, Any], known: int = 0) -> dict[str, Any]:
    """The rows of the question inline."""
    form: dict[str, Any] = {
        "questions-TOTAL_FORMS": len(questions),
        "questions-INITIAL_FORMS": known,
    }
    for number, question in enumerate(questions):
        told = {"kind": "text", "position": number} | question
        form |= {f"questions-{number}-{name}": value for name, value in told.items()}
    return form


def test_a_tiers_form(boss: Client) -> None:
    """Questions are added, ordered by position, and retired when they were answered."""
    event = make_event()
    tier = make_tier(event, name="VIP")
    change = reverse("admin:events_tier_change", args=[tier.pk])
    own = {"name": "VIP", "price_cents": 0, "currency": "EUR", "position": 0, "is_active": "on"}
    questions = question_rows(
        {"label": "Diet?", "kind": "select", "options": "Vegan\nAnything", "position": 2},
        {"label": "Shirt?", "position": 1},
    )
    assert boss.post(change, own | questions).status_code == 302
    shirt, diet = Question.objects.order_by("position")
    assert (shirt.label, diet.label, diet.options) == ("Shirt?", "Diet?", ["Vegan", "Anything"])
    make_rsvp(event, tier_id=tier.pk, form_answers={str(diet.pk): "Vegan"})
    rows = question_rows(
        {"id": shirt.pk, "tier": tier.pk, "label": "Shirt?", "DELETE": "on"},
        {"id": diet.pk, "tier": tier.pk, "label": "Diet?", "kind": "select", "DELETE": "on"},
        known=2,
    )
    assert boss.post(change, own | rows).status_code == 302
    kept = Question.objects.get()
    assert (kept.label, kept.is_active) == ("Diet?", False)


@pytest.mark.once
def test_a_bad_question_is_told_beside_its_field(boss: Client) -> None:
    """A choice without options is refused with the input kept."""
    tier = make_tier(make_event(), name="VIP")
    own = {"name": "VIP", "price_cents": 0, "currency": "EUR", "position": 0, "is_active": "on"}
    rows = question_rows({"label": "Which?", "kind": "multiselect", "options": ""})
    answer = boss.post(reverse("admin:events_tier_change", args=[tier.pk]), own | rows)
    assert answer.status_code == 200
    assert "needs options to choose from" in answer.content.decode()
    assert not Question.objects.exists()


def test_an_answered_question_deleted_from_its_own_list(boss: Client) -> None:
    """It is retired; one nobody answered goes."""
    event = make_event()
    tier = make_tier(event)
    answered = Question.objects.create(tier=tier, label="Diet?")
    unanswered = Question.objects.create(tier=tier, label="Shirt?", position=1)
    make_rsvp(event, tier_id=tier.pk, form_answers={str(answered.pk): "Vegan"})
    for question in (answered, unanswered):
        boss.post(reverse("admin:events_question_delete", args=[question.pk]), {"post": "yes"})
    assert list(Question.objects.values_list("label", "is_active")) == [("Diet?", False)]


def test_the_attendees_as_a_file(boss: Client) -> None:
    """Answers included, formulas disarmed; one event at a time."""
    event = make_event(title="Käse & Wein")
    tier = make_tier(event, name="VIP")
    question = Question.objects.create(tier=tier, label="Diet?")
    make_rsvp(event, name="=1+1", tier_id=tier.pk, form_answers={str(question.pk): "@home"})
    listed = reverse("admin:events_event_changelist")
    act = {"action": "export_attendees", "_selected_action": [event.id]}
    answer = boss.post(listed, act)
    assert answer["Content-Disposition"] == (
        "attachment; filename=\"Kase_Wein.csv\"; filename*=UTF-8''K%C3%A4se_Wein.csv"
    )
    text = b"".join(answer.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    lines = list(csv.DictReader(io.StringIO(text)))
    assert [(line["Name"], line["Ticket"], line["VIP: Diet?"]) for line in lines] == [
        ("'=1+1", "VIP", "'@home")
    ]
    both = {**act, "_selected_action": [event.id, make_event().id]}
    assert "one event at a time" in boss.post(listed, both, follow=True).content.decode()


def test_one_featured_event_for_each_channel(boss: Client) -> None:
    """Featuring in the admin takes the other's place."""
    first = make_event(channel_name="Room")
    second = make_event(channel_name="Room")
    for event in (first, second):
        form = event_form(event, featured="on", channel_name="Room")
        change = reverse("admin:events_event_change", args=[event.id])
        assert boss.post(change, form).status_code == 302
    assert list(Event.objects.filter(featured=True)) == [second.stored]


def test_a_check_in_deleted_in_the_admin_is_undone(boss: Client) -> None:
    """The guest may be checked in anew."""
    event = make_event()
    guest = make_rsvp(event)
    check_in(event_id=event.id, rsvp_id=guest.id)
    page = reverse("admin:rsvps_checkin_delete", args=[CheckIn.objects.get().pk])
    boss.post(page, {"post": "yes"})
    assert guest.stored.checked_in_at is None
    assert check_in(event_id=event.id, rsvp_id=guest.id).repeated is False


def test_an_event_with_tickets_and_check_ins_is_deleted_whole(boss: Client) -> None:
    """The admin's confirmation page lets it through: nothing protects a tier from its event."""
    event = make_event()
    tier = make_tier(event)
    make_rsvp(event, tier_id=tier.pk)
    delete = reverse("admin:events_event_delete", args=[event.id])
    assert "post" in boss.get(delete).content.decode()
    assert boss.post(delete, {"post": "yes"}).status_code == 302
    assert (Event.objects.count(), Tier.objects.count(), Rsvp.objects.count()) == (0, 0, 0)
