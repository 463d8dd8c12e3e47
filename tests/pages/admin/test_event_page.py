"""An event's page in the admin: its counts and links, and what may be done with it."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from access.actors import actor_from
from access.sentences import message_of
from accounts.domain.actors import Actor
from accounts.models import Image
from comments.models import Comment, Message
from events.domain.duplicate import duplicate_event
from events.domain.links import revoke_link
from events.fields import EVENT
from events.models import Event, EventLink, Question, Tier
from rsvps.domain.capacity import Counts
from rsvps.errors import TierInUse
from rsvps.models import Rsvp
from tests.makers import make_event, make_question, make_rsvp, make_tier
from tests.pages.admin.cast import House, browser, staff
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]
LIST = "/admin/events/event/"
_KEY = re.compile(r"https?://[^\s<]+/(?:admin|door|view)/(cvo_[\w-]+)")


def act(client: Client, action: str, *ids: Any, **more: Any) -> Any:
    """Carries an action out on events of the list."""
    return client.post(LIST, {"action": action, "_selected_action": [*ids]} | more)


def said(answer: Any) -> list[str]:
    """The notices that an action left."""
    return sorted(str(message) for message in get_messages(answer.wsgi_request))


def page_of(event: Any) -> str:
    """An event's page in the admin."""
    return reverse("admin:events_event_change", args=[event.id])


def test_the_page_says_how_the_event_stands(organizer: Client, ours: House) -> None:
    """Seats, answers of each kind, who waits and who is in; links to everything around it."""
    for attendance in ("interested", "interested", "not_going"):
        make_rsvp(ours.event, name="More", attendance=attendance)
    text = organizer.get(page_of(ours.event)).content.decode()
    counts = dict(re.findall(r"<dt>([^<]+)</dt>\s*<dd>(?:<a[^>]*>)?([^<]+)<", text))
    assert counts == {
        "Seats": "1 of 10",
        "Going": "1",
        "Maybe": "2",
        "Can’t go": "1",
        "Waiting for approval": "1",
        "On the waitlist": "0",
        "People checked in": "1 of 1",
    }
    for link in (f"/e/{ours.event.id}", f"/e/{ours.event.id}/admin"):
        assert f'href="{link}"' in text
        assert organizer.get(link).status_code == 200
    assert f'href="/admin/rsvps/rsvp/?event={ours.event.id}"' in text
    assert "Our own door" in text
    assert "cvo_" not in text


def test_buttons_for_what_would_change_something(organizer: Client, ours: House) -> None:
    """Closing an open event, reopening a closed one, cancelling once."""
    links = ["make_door_link", "make_viewer_link"]
    every = ["export_attendees", "close_rsvps", *links, "duplicate", "feature", "cancel"]
    tools = [tool.action for tool in organizer.get(page_of(ours.event)).context["tools"]]
    assert tools == every
    for action in ("feature", "close_rsvps", "cancel"):
        answer = act(organizer, action, ours.event.id, from_page="1")
        assert (answer.status_code, answer["Location"]) == (302, page_of(ours.event))
    tools = [tool.action for tool in organizer.get(page_of(ours.event)).context["tools"]]
    assert tools == ["export_attendees", "reopen_rsvps", *links, "duplicate"]
    event = ours.event.stored
    assert (event.featured, event.rsvps_closed, event.cancelled_at is None) == (True, True, False)
    act(organizer, "reopen_rsvps", ours.event.id)
    assert ours.event.stored.rsvps_closed is False


def test_featuring_takes_the_others_place_and_refusals_are_named(
    organizer: Client, ours: House
) -> None:
    """An event without a channel cannot be featured; the other one is."""
    actor = Actor(staff_of=ours.tenant.pk)
    loose = make_event(actor=actor, title="Loose")
    second = make_event(actor=actor, title="Second", channel_name="Our own channel")
    act(organizer, "feature", ours.event.id)
    answer = act(organizer, "feature", loose.id, second.id)
    refused = "Loose: featured: Only an event in a channel can be featured."
    assert said(answer)[-1:] == [refused]
    featured = Event.objects.filter(featured=True)
    assert [event.pk for event in featured] == [second.id]


def test_a_copy(organizer: Client, ours: House) -> None:
    """Fields, tickets, questions and cover are the same, times too; whatever guests did is not."""
    tier = Tier.objects.get(event=ours.event.id)
    gone = make_question(tier, label="Gone")
    Question.objects.filter(pk=gone.pk).update(is_active=False)
    act(organizer, "close_rsvps", ours.event.id)
    act(organizer, "feature", ours.event.id)
    answer = act(organizer, "duplicate", ours.event.id)
    copy = Event.objects.exclude(pk=ours.event.id).get()
    event = ours.event.stored
    assert answer["Location"] == page_of(copy)
    assert "1 event duplicated. Change its time next." in said(answer)
    assert copy.title == "Copy of Our own event"
    assert EVENT.copied(copy) == EVENT.copied(event) | {"title": copy.title}
    assert (copy.tenant_id, copy.channel_id) == (event.tenant_id, event.channel_id)
    assert (copy.featured, copy.rsvps_closed, copy.cancelled_at) == (False, False, None)
    assert (copy.slug, copy.version, copy.creator_id) == (
        "copy-of-our-own-event",
        1,
        ours.organizer.pk,
    )
    assert Counts._make(getattr(copy, name) for name in Counts._fields) == Counts()
    assert [(t.name, t.seats_taken) for t in copy.tiers.all()] == [("Our own tier", 0)]
    asked = Question.objects.filter(tier__event=copy).values_list("label", "help")
    assert list(asked) == [("Our own question", "Our own help")]
    assert [(link.role, link.revoked_at) for link in copy.links.all()] == [("owner", None)]
    assert not Rsvp.objects.filter(event=copy).exists()
    assert not Message.objects.filter(event=copy).exists()
    assert not hasattr(copy, "live_room")


def test_copies_of_copies_keep_within_the_limits(ours: House) -> None:
    """A long title is cut; two copies have two slugs; the cover goes with the last event."""
    actor = actor_from((), user=ours.organizer)
    event = make_event(actor=actor, title="x" * 255, channel_name="Our own channel")
    slugs = set()
    for _ in range(2):
        copy = Event.objects.get(pk=duplicate_event(event_id=event.id, actor=actor).event_id)
        assert copy.title == ("Copy of " + "x" * 255)[:255]
        slugs.add(copy.slug)
    assert len(slugs) == 2
    again = duplicate_event(event_id=ours.event.id, actor=actor).event_id
    organizer = browser(ours.organizer)
    for event_id in (ours.event.id, again):
        assert Image.objects.filter(tenant=ours.tenant).exists()
        organizer.post(reverse("admin:events_event_delete", args=[event_id]), {"post": "yes"})
    assert not Image.objects.filter(tenant=ours.tenant).exists()


def test_root_copies_within_the_events_tenant(boss: Client, ours: House) -> None:
    """The copy is the tenant's, whoever made it."""
    act(boss, "duplicate", ours.event.id)
    copy = Event.objects.exclude(pk=ours.event.id).get()
    assert copy.tenant_id == ours.tenant.pk
    assert browser(ours.organizer).get(page_of(copy)).status_code == 200


def test_a_viewer_link_is_shown_once(organizer: Client, ours: House) -> None:
    """It opens the guest list; rotating it shows an address that opens it again."""
    shown = act(organizer, "make_viewer_link", ours.event.id, apply="1", label="Caterer")
    (token,) = _KEY.findall(shown.content.decode())
    assert Client().get(f"/e/{ours.event.id}/view/{token}").status_code == 303
    link = EventLink.objects.get(role="viewer")
    data = {"action": "rotate", "_selected_action": [str(link.pk)], "apply": "1"}
    rotated = organizer.post("/admin/events/eventlink/", data)
    assert f"/e/{ours.event.id}/view/" in rotated.content.decode()
    (token,) = _KEY.findall(rotated.content.decode())
    assert Client().get(f"/e/{ours.event.id}/view/{token}").status_code == 303


def test_a_door_link_is_shown_once(organizer: Client, ours: House) -> None:
    """After a page that asks for its name; it opens the door and is stored nowhere."""
    asked = act(organizer, "make_door_link", ours.event.id)
    assert [*asked.context["form"].fields] == ["label", "expires_at"]
    past = act(
        organizer,
        "make_door_link",
        ours.event.id,
        apply="1",
        label="Side gate",
        expires_at="2001-01-01T10:00",
    )
    assert [*past.context["form"].errors] == ["expires_at"]
    assert 'value="Side gate"' in past.content.decode()
    until = f"{timezone.now() + timedelta(days=3):%Y-%m-%dT%H:%M}"
    form = {"apply": "1", "label": "Side gate", "expires_at": until}
    shown = act(organizer, "make_door_link", ours.event.id, **form)
    assert "no-store" in shown["Cache-Control"]
    (token,) = _KEY.findall(shown.content.decode())
    link = EventLink.objects.get(label="Side gate")
    assert (link.role, link.event_id, link.expires_at is None) == ("door", ours.event.id, False)
    entered = Client().get(f"/e/{ours.event.id}/door/{token}")
    assert entered.status_code == 303
    assert token not in organizer.get(page_of(ours.event)).content.decode()
    second = make_event(actor=Actor(staff_of=ours.tenant.pk))
    both = act(organizer, "make_door_link", ours.event.id, second.id, **form)
    assert (both.status_code, EventLink.objects.filter(label="Side gate").count()) == (302, 1)


def test_rotating_links(organizer: Client, ours: House) -> None:
    """The old key is dead, the new one is shown once; a revoked link is refused by name."""
    door = EventLink.objects.get(event=ours.event.id, role="door")
    owner = EventLink.objects.get(event=ours.event.id, role="owner")
    revoke_link(event_id=ours.event.id, link_id=door.pk)
    listed = "/admin/events/eventlink/"
    form = {"action": "rotate", "_selected_action": [door.pk, owner.pk]}
    shown = organizer.post(listed, form)
    text = shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    (token,) = _KEY.findall(text)
    assert f"Our own door: {in_words('link_revoked')}" in text
    old = f"/e/{ours.event.id}/admin/{ours.event.owner_token}"
    assert Client().get(old).status_code == 403
    assert Client().get(f"/e/{ours.event.id}/admin/{token}").status_code == 303
    form = {"action": "revoke", "_selected_action": [owner.pk]}
    organizer.post(listed, form)
    assert Client().get(f"/e/{ours.event.id}/admin/{token}").status_code == 403
    assert "cvo_" not in organizer.get(listed).content.decode()


def test_links_need_the_right_to_change_the_event(ours: House) -> None:
    """Who may only look at links ends none."""
    onlooker = staff(tenant=ours.tenant)
    field = onlooker._meta.get_field("user_permissions").related_model
    assert field is not None
    onlooker.user_permissions.add(field._default_manager.get(codename="view_eventlink"))
    link = EventLink.objects.get(event=ours.event.id, role="door")
    for action in ("revoke", "rotate"):
        browser(onlooker).post(
            "/admin/events/eventlink/", {"action": action, "_selected_action": [link.pk]}
        )
    link.refresh_from_db()
    assert (link.revoked_at, link.version) == (None, 1)


def test_the_attendees_of_a_tenants_event(organizer: Client, ours: House, theirs: House) -> None:
    """As a file for its organizer; another tenant's event gives none."""
    answer = act(organizer, "export_attendees", ours.event.id)
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    names = [line["Name"] for line in csv.DictReader(io.StringIO(text))]
    assert names == ["Our own guest", "Our own waiting"]
    refused = act(organizer, "export_attendees", theirs.event.id)
    assert (refused.status_code, said(refused)) == (302, ["Select one event at a time."])


def test_an_organizers_event_is_their_tenants(organizer: Client, ours: House) -> None:
    """Made in the admin, in a channel of the tenant; a foreign channel is refused on the form."""
    form = {
        "title": "Made here",
        "start_time": "2031-01-01T10:00",
        "timezone": "Europe/Berlin",
        "format": "in_person",
        "max_guests_per_rsvp": 5,
        "show_guests": "everybody",
        "show_counts": "on",
        "show_online_url": "on",
        "comments_enabled": "on",
        "tags": "",
        "channel_name": "Our own channel",
        "channel_visibility": "public",
        "tiers-TOTAL_FORMS": 0,
        "tiers-INITIAL_FORMS": 0,
        "live_room-TOTAL_FORMS": 0,
        "live_room-INITIAL_FORMS": 0,
    }
    assert organizer.post(f"{LIST}add/", form).status_code == 302
    made = Event.objects.get(title="Made here")
    assert (made.tenant_id, made.creator_id) == (ours.tenant.pk, ours.organizer.pk)
    assert made.channel
    assert made.channel.tenant_id == ours.tenant.pk


def test_another_tenants_channel_is_refused_on_the_form(
    organizer: Client, ours: House, theirs: House
) -> None:
    """The domain's word, with the input kept and nothing stored."""
    form = {
        "title": "Intruder",
        "start_time": "2031-01-01T10:00",
        "timezone": "UTC",
        "format": "in_person",
        "max_guests_per_rsvp": 5,
        "show_guests": "everybody",
        "show_counts": "on",
        "show_online_url": "on",
        "comments_enabled": "on",
        "tags": "",
        "channel_name": "Their secret channel",
        "channel_visibility": "public",
        "tiers-TOTAL_FORMS": 0,
        "tiers-INITIAL_FORMS": 0,
        "live_room-TOTAL_FORMS": 0,
        "live_room-INITIAL_FORMS": 0,
    }
    answer = organizer.post(f"{LIST}add/", form)
    assert answer.context["adminform"].errors == {"__all__": [in_words("channel_of_organisation")]}
    assert 'value="Intruder"' in answer.content.decode()
    assert not Event.objects.filter(title="Intruder").exists()


def test_deleting_says_how_much_goes_along(organizer: Client, ours: House) -> None:
    """In numbers, not name by name; then everything is gone."""
    page = reverse("admin:events_event_delete", args=[ours.event.id])
    shown = organizer.get(page)
    counts = dict(shown.context["model_count"])
    assert counts == {"events": 1, "RSVPs": 2, "tickets": 1, "messages": 2, "event links": 2}
    assert "Our own guest" not in shown.content.decode()
    assert organizer.post(page, {"post": "yes"}).status_code == 302
    left = (Event, Rsvp, Tier, Message, EventLink, Comment)
    assert [model._default_manager.count() for model in left] == [0] * 6


def test_refused_deletions_are_named(organizer: Client, ours: House) -> None:
    """A ticket type in use stays; one that is free goes. Nothing deletes many at once."""
    used = Tier.objects.get(event=ours.event.id)
    free = make_tier(ours.event, name="Free")
    page = reverse("admin:events_tier_delete", args=[used.pk])
    alone = organizer.post(page, {"post": "yes"}, follow=True)
    assert alone.redirect_chain[-1][0] == reverse("admin:events_tier_change", args=[used.pk])
    assert [str(message) for message in alone.context["messages"]] == [message_of(TierInUse())]
    form = {"action": "delete_selected", "post": "yes", "_selected_action": [free.pk]}
    organizer.post("/admin/events/tier/", form)
    assert Tier.objects.filter(pk=free.pk).exists()
    page = reverse("admin:events_tier_delete", args=[free.pk])
    assert organizer.post(page, {"post": "yes"}).status_code == 302
    assert list(Tier.objects.values_list("pk", flat=True)) == [used.pk]
