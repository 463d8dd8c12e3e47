"""Lost links: mailed to their own address, and the same is done whether there are any."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from accounts.enums import LinkRole
from config.errors import Invalid, TooManyRequests
from notify.domain.mail.lost_links import ask_for_lost_links
from notify.models import Mail, Suppression
from rsvps.domain.keeping import offer
from rsvps.domain.merging import merge_rsvps
from rsvps.models import Rsvp
from tests.conftest import Clock
from tests.makers import make_event, make_link, make_rsvp
from tests.notify.mail.posting import answer, text_of, worked

pytestmark = pytest.mark.django_db
ADDRESS = "ana@example.org"


def links_in(text: str) -> list[str]:
    """The kinds of private links in a letter, like ``admin`` and ``rsvp``."""
    return sorted(re.findall(r"/e/[0-9a-f-]{36}/(\w+)/cv", text))


def test_all_that_belong_to_an_address(client: Client, clock: Clock) -> None:
    """As owner, co-host and guest, whatever its case, of events not long over."""
    owned = make_event(host_email="Ana@Example.org", title="Mine")
    helped, attended = make_event(title="Helped"), make_event(title="Attended")
    make_link(helped, LinkRole.COHOST, email=ADDRESS)
    make_link(attended, LinkRole.DOOR, email=ADDRESS)
    answer(attended)
    answer(attended, email="other@example.org")
    worked()
    old = make_event(start_time=clock.now - timedelta(days=31))
    Mail.objects.all().delete()
    Rsvp.objects.create(event_id=old.id, name="Ana", email=ADDRESS, attendance="going")
    ask_for_lost_links(ADDRESS)
    (letter,) = worked()
    assert (letter["To"], letter["Subject"]) == (ADDRESS, "Your links")
    assert links_in(text_of(letter)) == ["admin", "admin", "rsvp"]
    path = re.search(r"(/e/\S+/admin/\S+)", text_of(letter))
    assert path
    assert client.get(path[1]).status_code == 303
    assert owned.row.host_confirmed_at is not None


def test_nothing_tells_whether_there_are_any(queries_of: Callable[..., int]) -> None:
    """As many queries, as many rows; the one without gets no mail."""
    answer(make_event())
    worked()
    Mail.objects.all().delete()
    counts = [
        queries_of(lambda: ask_for_lost_links(ADDRESS)),
        queries_of(lambda: ask_for_lost_links("nobody@example.org")),
    ]
    assert counts[0] == counts[1]
    assert Mail.objects.filter(kind="lost_links").count() == 2
    assert [letter["To"] for letter in worked()] == [ADDRESS]
    assert ADDRESS not in str(Mail.objects.values())


def test_asked_for_again_and_again() -> None:
    """One mail in ten minutes."""
    answer(make_event())
    worked()
    for _ in range(3):
        ask_for_lost_links(ADDRESS)
    assert len(worked()) == 1


def test_two_addresses_of_one_mailbox(settings: Any) -> None:
    """Each has its own links, and asking for one does not keep the other from being asked for; how
    many go out is one limit."""
    settings.MAIL_LIMIT_RECIPIENT = 3
    events = {address: make_event() for address in (ADDRESS, "ana+club@example.org")}
    for address, event in events.items():
        answer(event, email=address)
    worked()
    Mail.objects.all().delete()
    ask_for_lost_links("ana+nothing@example.org")
    for address in events:
        ask_for_lost_links(address)
    letters = worked()
    assert sorted(letter["To"] for letter in letters) == sorted(events)
    for letter in letters:
        (opened,) = re.findall(r"/e/([0-9a-f-]{36})/rsvp/cv", text_of(letter))
        assert opened == str(events[letter["To"]].id)
    settings.MAIL_LIMIT_RECIPIENT = 2
    ask_for_lost_links("ANA+club@example.org")  # within the ten minutes
    assert Mail.objects.filter(kind="lost_links").count() == 3
    answer(make_event(), email="ana+more@example.org")
    assert worked() == []
    assert Mail.objects.get(state="failed").reason == "over_limit"


def test_asking_is_limited_by_mailbox(settings: Any) -> None:
    """A new tag is no way around it."""
    settings.THROTTLE, settings.THROTTLE_LOST_LINKS_ADDRESS = True, "2/hour"
    for tag in ("a", "b"):
        ask_for_lost_links(f"ana+{tag}@example.org")
    with pytest.raises(TooManyRequests):
        ask_for_lost_links("ana+c@example.org")
    ask_for_lost_links("ben@example.org")


def test_what_stops_it() -> None:
    """Wanting nothing more about an event does not, wanting nothing from this site does."""
    event = make_event()
    answer(event)
    worked()
    recipient = Mail.objects.get().recipient
    Suppression.objects.create(recipient=recipient, event_id=event.id, stop="event")
    ask_for_lost_links(ADDRESS)
    assert len(worked()) == 1
    Mail.objects.all().delete()
    Suppression.objects.create(recipient=recipient, stop="site")
    ask_for_lost_links(ADDRESS)
    assert worked() == []


@pytest.mark.once
@pytest.mark.parametrize("address", ["", "x", "a\nb@example.org", "a@b@example.org"])
def test_what_is_no_address(address: str) -> None:
    """Is refused."""
    with pytest.raises(Invalid) as refused:
        ask_for_lost_links(address)
    assert list(refused.value.errors) == ["email"]
    assert not Mail.objects.exists()


def test_without_mail(settings: object) -> None:
    """Nothing is written."""
    settings.MAIL_ENABLED = False  # type: ignore[attr-defined]
    ask_for_lost_links(ADDRESS)
    assert not Mail.objects.exists()


def test_of_two_answers_from_one_address_both_links_are_mailed_until_they_are_merged() -> None:
    """And nothing of browsers: what one keeps has no address."""
    event = make_event()
    first, second = (make_rsvp(event, email=ADDRESS) for _ in range(2))
    assert offer(second.token) is not None
    worked()
    for goes, wanted in ((None, {first.token, second.token}), (first, {second.token})):
        if goes is not None:
            merge_rsvps(event_id=event.id, rsvp_id=goes.id, into=second.id)
            worked()
        Mail.objects.all().delete()
        ask_for_lost_links(ADDRESS)
        (letter,) = worked()
        text = text_of(letter)
        assert set(re.findall(r"cvr_[\w-]+", text)) == wanted
        assert not re.findall(r"cv[fkbd]_|/mine", text)
