"""What pages show is translated: where each translation stands between brackets, no word is left
outside of them. This finds what a search of the sources cannot, such as labels of enums."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from comments.domain.messages import announce, write_to_host
from tests.makers import (
    MadeEvent,
    make_channel,
    make_door,
    make_event,
    make_question,
    make_rsvp,
    make_tier,
    make_user,
)
from tests.translations.unmarked import Seen, says

pytestmark = [pytest.mark.django_db, pytest.mark.once]
# The same in every language: names of languages, of products and of zones.
ALIKE = re.compile(
    r"English|Deutsch|Français|Español|Google Calendar|Outlook(\.com| 365)|CES?T|UTC"
    r"|Tasks Database Backend|\b(True|False)\b|[A-Z]\w+/\w+|https?://\S*|/\S+/\S+|\S+@\S+|cv\w_[\w-]+"
)
# The list of zones to choose from.
_ZONES = re.compile(r'<select[^>]* name="timezone".*?</select>', re.DOTALL)
PAGES = ("/", "/new", "/channels", "/mine", "/lost", "/help", "/nothing-here")
EVENT = ("", "/attendees", "/comments", "/contact", "/report")
OWNER = (
    *("", "/messages", "/share", "/settings", "/poster"),
    *("/edit", "/duplicate", "/cancel", "/delete", "/invitations", "/door", "/cover"),
    *("/stream", "/webhook", "/tickets", "/guests", "/guests/print"),
)

ADMIN = ("", "events/event/", "events/event/add/", "{event}", "rsvps/rsvp/", "notify/mail/")


@pytest.fixture
def bracketed(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    """Each translated text stands between brackets."""
    settings.SITE_NAME = "§"
    translation.gettext("")  # the functions are there once one was called
    translation.ngettext("", "", 1)
    said: Any = translation._trans  # type: ignore[attr-defined]
    monkeypatch.setattr(said, "gettext", lambda text: f"⟦{text}⟧" if text else "")
    monkeypatch.setattr(said, "ngettext", lambda one, many, n: f"⟦{one if n == 1 else many}⟧")
    monkeypatch.setattr(said, "pgettext", lambda context, text: f"⟦{text}⟧")
    monkeypatch.setattr(
        said, "npgettext", lambda context, one, many, n: f"⟦{one if n == 1 else many}⟧"
    )


@pytest.fixture
def event() -> MadeEvent:
    """An event that has some of everything; what people typed has no letter."""
    made = make_event(
        title="§1",
        description="§2",
        location="§3",
        timezone="Europe/Berlin",
        capacity=9,
        approval_required=True,
        host_name="§4",
        channel_name="§5 1",
        end_time="2031-01-02T00:00:00Z",
    )
    tier = make_tier(made, name="§6")
    make_question(tier, label="§7")
    rsvp = make_rsvp(made, name="§8", guest_count=1, tier_id=tier.pk, form_answers={})
    write_to_host(event_id=made.id, rsvp_id=rsvp.id, content="§9")
    announce(event_id=made.id, content="§10")
    return made


def left_over(client: Client, path: str) -> set[str]:
    """The words of a page that no translation says."""
    answer = client.get(path, follow=True)
    assert answer.status_code in (200, 404), path
    reader = Seen()
    reader.feed(_ZONES.sub("", _without_translated(answer.content.decode())))
    reader.close()
    return {left for _, said in reader.found if says(left := ALIKE.sub("", said))}


def _without_translated(said: str) -> str:
    """The page without what stands between brackets, a link within a sentence included."""
    while (inner := re.sub(r"⟦[^⟦⟧]*⟧", "", said)) != said:
        said = inner
    return said


@pytest.mark.parametrize("path", PAGES)
def test_pages_for_everybody(path: str, event: MadeEvent, bracketed: None, client: Client) -> None:
    make_channel("§ 2")
    assert left_over(client, path) == set()


@pytest.mark.parametrize("path", EVENT)
def test_pages_of_an_event(path: str, event: MadeEvent, bracketed: None, client: Client) -> None:
    assert left_over(client, f"/e/{event.id}{path}") == set()


def test_pages_of_a_guest_and_the_door(event: MadeEvent, bracketed: None) -> None:
    rsvp = make_rsvp(event, name="§8", attendance="interested")
    for path in (f"rsvp/{rsvp.token}", f"door/{make_door(event, '§12')}"):
        assert left_over(Client(), f"/e/{event.id}/{path}") == set(), path


@pytest.mark.parametrize("path", OWNER)
def test_pages_of_an_organizer(
    path: str, event: MadeEvent, bracketed: None, client: Client
) -> None:
    client.get(f"/e/{event.id}/admin/{event.owner_token}")
    assert left_over(client, f"/e/{event.id}/admin{path}") == set()


@pytest.mark.parametrize(
    "path", ["", "events/event/", "events/event/add/", "rsvps/rsvp/", "{event}"]
)
def test_the_admin(path: str, event: MadeEvent, bracketed: None, client: Client) -> None:
    client.force_login(make_user(is_superuser=True, is_staff=True, display_name="§11"))
    page = path.format(event=f"events/event/{event.id}/change/")
    # Django's own picture of a magnifier has an English name in every language.
    assert left_over(client, f"/admin/{page}") - {"Search"} == set()
