"""The admin: every model is there, and its writes are the domain's."""

from __future__ import annotations

from typing import Any

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import reverse

from accounts.domain.api_keys import issue_key
from accounts.domain.root import root_token
from accounts.domain.tenants import create_tenant, create_user
from accounts.models import Device, User
from comments.domain.comments import Commenter, post_comment
from comments.domain.reports import report_event
from events.models import Event, Question, SearchText
from notify.models import Suppression
from rsvps.domain.capacity import Counts, recount
from rsvps.domain.checkin import check_in
from rsvps.models import Invitation, KeptEvent, Rsvp
from tests.makers import (
    make_event,
    make_image,
    make_rsvp,
    make_series,
    make_stream,
    make_tier,
)
from tests.pages.admin.cast import failed_mail_to

pytestmark = [pytest.mark.django_db, pytest.mark.slow]
# What browsers keep is theirs alone; what search reads is written with its event.
NOT_THERE = {Device, KeptEvent, SearchText}
OURS = [
    model
    for app in ("accounts", "channels", "events", "rsvps", "comments")
    for model in apps.get_app_config(app).get_models()
    if model not in NOT_THERE
]


@pytest.fixture
def boss(client: Client) -> Client:
    """A superuser's browser."""
    client.force_login(User.objects.create_superuser("root@example.org", "a long passphrase"))
    return client


@pytest.fixture
def one_of_each() -> dict[type[models.Model], Any]:
    """A row of every model."""
    event = make_event(channel_name="Room", capacity=2)
    guest = make_rsvp(event)
    check_in(event_id=event.id, rsvp_id=guest.id)
    failed_mail_to(guest)
    Invitation.objects.create(event_id=event.id, email="ana@example.org")
    report_event(event_id=event.id, reason="spam")
    Suppression.objects.create(recipient="0" * 32, stop="site")
    Question.objects.create(tier=make_tier(event), label="Diet?")
    user = create_user(email="a@example.org", tenant=create_tenant(name="Acme"))
    issue_key(user=user)
    root_token()
    assert user.tenant_id
    by = Commenter(user_id=user.pk)
    post_comment(thread=("video", "1"), by=by, tenant_id=user.tenant_id, content="Hello")
    from_log = make_event(capacity=1, cover_id=make_image().pk)
    make_rsvp(from_log, force=True)
    make_stream(from_log)
    make_series("FREQ=DAILY;COUNT=1")
    return {model: model._default_manager.first() for model in OURS}


def test_every_model_is_registered() -> None:
    """None of ours is left out."""
    assert [model for model in OURS if model not in admin.site._registry] == []


def test_every_page_opens(boss: Client, one_of_each: dict[type[models.Model], Any]) -> None:
    """List, search, and each row's own page; adding where it is allowed."""
    assert [model for model, row in one_of_each.items() if row is None] == []
    assert boss.get(reverse("admin:index")).status_code == 200
    for model, row in one_of_each.items():
        name = f"admin:{model._meta.app_label}_{model._meta.model_name}"
        assert boss.get(reverse(f"{name}_changelist")).status_code == 200, name
        if admin.site._registry[model].search_fields:
            assert boss.get(reverse(f"{name}_changelist"), {"q": "a"}).status_code == 200, name
        assert boss.get(reverse(f"{name}_change", args=[row.pk])).status_code == 200, name
        assert boss.get(reverse(f"{name}_add")).status_code in (200, 403), name


def _event_form(**values: Any) -> dict[str, Any]:
    inlines = {
        f"{prefix}-{name}": 0
        for prefix in ("tiers", "links", "live_room")
        for name in ("TOTAL_FORMS", "INITIAL_FORMS")
    }
    form = {
        "title": "From the admin",
        "start_time": "2031-01-01T10:00",
        "timezone": "Europe/Berlin",
        "format": "in_person",
        "max_guests_per_rsvp": 5,
        "show_guests": "everybody",
        "show_counts": "on",
        "show_online_url": "on",
        "comments_enabled": "on",
        "tags": "",
        "channel_name": "Admins",
        "channel_visibility": "public",
    }
    return form | inlines | values


def test_an_event_made_and_changed_in_the_admin(boss: Client) -> None:
    """Through the domain: channel found or made, owner link, version and sequence."""
    boss.post(reverse("admin:events_event_add"), _event_form())
    event = Event.objects.get()
    assert (event.title, event.channel and event.channel.slug) == ("From the admin", "admins")
    assert event.links.get().role == "owner"
    assert event.creator
    assert event.creator.email == "root@example.org"
    change = reverse("admin:events_event_change", args=[event.pk])
    form = _event_form(title="Changed")
    form |= {"links-TOTAL_FORMS": 1, "links-INITIAL_FORMS": 1, "links-0-id": event.links.get().pk}
    form["links-0-event"] = event.pk
    answer = boss.post(change, form)
    assert answer.status_code == 302
    event.refresh_from_db()
    assert (event.title, event.version, event.sequence) == ("Changed", 2, 1)


@pytest.mark.once
def test_bad_input_is_said_and_changes_nothing(boss: Client) -> None:
    """The domain's refusal stands beside the field, the input is kept, nothing is half-written."""
    form = _event_form(timezone="Mars/Olympus", title="Kept")
    answer = boss.post(reverse("admin:events_event_add"), form)
    assert answer.status_code == 200
    assert answer.context["adminform"].errors == {
        "timezone": ["Pick a time zone, like America/Chicago."]
    }
    assert 'value="Kept"' in answer.content.decode()
    assert not Event.objects.exists()


def test_seats_are_asked_for_in_the_admin(boss: Client) -> None:
    """Adding, growing, approving and deleting answers keeps the counters true and the house
    unsold beyond its seats."""
    event = make_event(capacity=2)
    add = reverse("admin:rsvps_rsvp_add")
    form = {"event": event.id, "name": "Ana", "attendance": "going", "guest_count": 1}
    boss.post(add, form)
    full = boss.post(add, form | {"name": "Bo", "guest_count": 0}, follow=True)
    assert "maximum number of attendees" in full.content.decode()
    waiting = make_rsvp(event, attendance="interested", name="Cy")
    act = {"action": "back_to_pending", "_selected_action": [waiting.id]}
    boss.post(reverse("admin:rsvps_rsvp_changelist"), act)
    assert waiting.stored.approval == "pending"
    assert event.stored.seats_taken == 2
    ana = Rsvp.objects.get(name="Ana")
    boss.post(reverse("admin:rsvps_rsvp_delete", args=[ana.id]), {"post": "yes"})
    counts = Counts._make(getattr(event.stored, name) for name in Counts._fields)
    assert counts == recount(event.id) == Counts(pending_count=1)


def test_nothing_secret_is_shown(boss: Client, one_of_each: dict[type[models.Model], Any]) -> None:
    """No digest of a key and no token of a link on any page."""
    key = one_of_each[next(model for model in OURS if model.__name__ == "ApiKey")]
    page = boss.get(reverse("admin:accounts_apikey_change", args=[key.pk])).content.decode()
    assert key.prefix in page
    assert key.digest not in page
    event = Event.objects.order_by("created_at").first()
    assert event
    page = boss.get(reverse("admin:events_event_change", args=[event.pk])).content.decode()
    assert "cvo_" not in page
