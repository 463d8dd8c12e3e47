"""What guests are told: when, in which words, and what they must not learn."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from comments.domain.erasing import delete_event
from comments.domain.messages import announce, write_to_guest
from events.domain.lifecycle import cancel_event
from events.domain.notices import Notice
from notify.models import Mail
from outbox.models import Change
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.audience import Audience, audience_of
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, delete_rsvp, rotate_guest_link
from rsvps.domain.tickets import ticket_code
from rsvps.rows import rsvp_row
from tests.makers import make_event
from tests.notify.mail.posting import (
    all_of,
    answer,
    calendar_part,
    entry_of,
    hosted_event,
    html_of,
    states,
    text_of,
    worked,
)

pytestmark = [pytest.mark.django_db, pytest.mark.once]
GOING, ALL = Notice("going"), Notice("all", "See you!")


def test_a_ticket() -> None:
    """Title, time in the event's zone, place, the guest's own link, and the ticket as code and as
    an image that an independent decoder reads."""
    event = make_event(title="Käse & <Wein>", location="Cellar 3", timezone="Europe/Berlin")
    rsvp = answer(event, guest_count=2)
    (letter,) = worked()
    code = ticket_code(rsvp)
    assert code
    assert (letter["To"], letter["Subject"]) == ("ana@example.org", "Your ticket")
    text = text_of(letter)
    assert "Käse & <Wein>" in text
    assert "Going, 2 plus-ones" in text
    assert "Where: Cellar 3" in text
    assert "Berlin time (" in text
    assert code in text
    assert f"https://events.example.org/e/{event.id}/rsvp/cvr_" in text
    assert "Käse &amp; &lt;Wein&gt;" in html_of(letter)
    image = next(part for part in letter.walk() if part.get_content_type() == "image/png")
    found = zxingcpp.read_barcodes(Image.open(io.BytesIO(image.get_content())))
    assert [each.text for each in found] == [code]


def test_who_waits_learns_no_place() -> None:
    """A pending guest gets their link, and neither place, ticket nor calendar entry; once approved,
    all of it."""
    event = make_event(approval_required=True, location="Secret cellar")
    rsvp = answer(event)
    (letter,) = worked()
    assert letter["Subject"] == "Waiting for approval"
    assert "Secret cellar" not in all_of(letter)
    assert "cvt_" not in text_of(letter)
    assert calendar_part(letter) is None
    approve(event_id=event.id, rsvp_id=rsvp.id)
    (letter,) = worked()
    assert letter["Subject"] == "You’re approved"
    assert "Where: Secret cellar" in text_of(letter)
    assert "cvt_" in text_of(letter)
    entry = entry_of(letter)
    assert (str(entry["location"]), str(entry["status"])) == ("Secret cellar", "CONFIRMED")


def test_the_mail_tells_how_the_answer_stands_when_it_is_sent() -> None:
    """A guest turned down before the worker came by gets one mail, and no ticket in it."""
    event = make_event(hide_location=True, location="Secret cellar")
    rsvp = answer(event)
    reject(event_id=event.id, rsvp_id=rsvp.id, reason="No room, sorry")
    (letter,) = worked()
    assert letter["Subject"] == "Your RSVP was declined"
    assert "> No room, sorry" in text_of(letter)
    assert "Secret cellar" not in all_of(letter)
    assert "cvt_" not in all_of(letter)
    assert states() == {"answer": ("skipped", "superseded"), "decision": ("sent", "")}


def test_who_had_a_seat_and_lost_it() -> None:
    """Declined, or put back into the queue: the entry is taken out of their calendar."""
    event = make_event(approval_required=True)
    rsvp = answer(event)
    approve(event_id=event.id, rsvp_id=rsvp.id)
    assert entry_of(worked()[-1])["attendee"].params["PARTSTAT"] == "ACCEPTED"
    for act in (reject, back_to_pending):
        approve(event_id=event.id, rsvp_id=rsvp.id)
        worked()
        act(event_id=event.id, rsvp_id=rsvp.id)
        (letter,) = worked()
        part = calendar_part(letter)
        assert part
        assert part.get_param("method") == "CANCEL"
        assert str(entry_of(letter)["status"]) == "CANCELLED"


def test_a_new_link() -> None:
    """The old ticket is not in it."""
    event = make_event()
    rsvp = answer(event)
    first = text_of(worked()[0])
    rotate_guest_link(event_id=event.id, rsvp_id=rsvp.id)
    (letter,) = worked()
    fresh, old = rsvp_row(rsvp.id), ticket_code(rsvp)
    assert fresh
    assert old
    assert letter["Subject"] == "Your new link"
    assert old in first
    assert old not in text_of(letter)
    assert (ticket_code(fresh) or "") in text_of(letter)


def test_what_is_told_of_a_change() -> None:
    """Old and new in words, the host's own words, and a calendar entry with the next SEQUENCE."""
    event = hosted_event(title="Old", location="Cellar", timezone="Europe/Berlin")
    answer(event)
    worked()
    start = event.row.start_time
    values = {"title": "New", "location": "Roof", "start_time": start + timedelta(hours=1)}
    update_event(event=event.row, values=values, notice=ALL)
    (letter,) = worked()
    text = text_of(letter)
    assert letter["Subject"] == "Changed: New"
    assert "Title: New\n  before: Old" in text
    assert "Where: Roof\n  before: Cellar" in text
    assert text.count("Berlin time") == 2
    assert "> See you!" in text
    entry = entry_of(letter)
    assert (int(entry["sequence"]), str(entry["location"])) == (1, "Roof")


def test_a_change_that_nobody_is_to_hear_of() -> None:
    """Sends nothing; nor does one that has nothing to tell."""
    event = make_event(capacity=5)
    answer(event)
    worked()
    update_event(event=event.row, values={"title": "New"})
    assert worked() == []
    update_event(event=event.row, values={"capacity": 6}, notice=GOING)
    assert worked() == []


@pytest.mark.parametrize("guarded", ["approval_required", "hide_location"])
def test_a_place_is_told_to_whoever_may_know_it(guarded: str) -> None:
    """Neither the old nor the new one to others."""
    event = hosted_event(location="Old cellar", online_url="https://old.example", **{guarded: True})
    going = answer(event, email="going@example.org")
    answer(event, email="maybe@example.org", attendance="interested")
    if guarded == "approval_required":
        approve(event_id=event.id, rsvp_id=going.id)
    worked()
    places = {"location": "New cellar", "online_url": "https://new.example"}
    update_event(event=event.row, values={"title": "New", **places}, notice=ALL)
    told = {letter["To"]: all_of(letter) for letter in worked()}
    places = ("Old cellar", "New cellar", "old.example", "new.example")
    assert all(place in told["going@example.org"] for place in places)
    assert not any(place in told["maybe@example.org"] for place in places)


def test_an_old_place_stays_hidden_when_the_new_one_is_shown() -> None:
    """To whoever could not see it."""
    event = hosted_event(location="Old cellar", hide_location=True)
    answer(event, attendance="interested")
    worked()
    values = {"location": "New cellar", "hide_location": False}
    update_event(event=event.row, values=values, notice=ALL)
    (letter,) = worked()
    assert "New cellar" in text_of(letter)
    assert "Old cellar" not in all_of(letter)


def test_a_link_that_nobody_answers_for_is_not_told() -> None:
    """Where a host has confirmed nothing, the new place is told and the new link is not."""
    event = make_event(location="Cellar", online_url="https://old.example/")
    answer(event)
    worked()
    values = {"location": "Roof", "online_url": "https://zwiebel.example/"}
    update_event(event=event.row, values=values, notice=ALL)
    (letter,) = worked()
    assert "Roof" in text_of(letter)
    assert "zwiebel" not in all_of(letter)


def test_who_is_told() -> None:
    """The audience, each mailbox once, without those who were declined: as many as pages and
    previews say."""
    event = hosted_event(approval_required=True)
    going = answer(event, email="going@example.org")
    approve(event_id=event.id, rsvp_id=going.id)
    answer(event, email="Going+1@example.org", attendance="interested")
    answer(event, email="waiting@example.org")
    declined = answer(event, email="declined@example.org")
    reject(event_id=event.id, rsvp_id=declined.id)
    worked()
    assert audience_of(event.id) == Audience(going=1, all=2)
    announce(event_id=event.id, content="Bring a cup", notify="going")
    assert [each["To"] for each in worked()] == ["going@example.org"]
    announce(event_id=event.id, content="Bring a cup", notify="all")
    told = {each["To"] for each in worked()}
    assert told == {"going@example.org", "waiting@example.org"}
    announce(event_id=event.id, content="Only on the page")
    announce(event_id=event.id, content="For us", visibility="admin")
    assert worked() == []


def test_called_off() -> None:
    """With the host's words, and the entry cancelled."""
    event = hosted_event(title="Picnic")
    answer(event)
    worked()
    cancel_event(event_id=event.id, notice=Notice("going", "Rain, all day"))
    (letter,) = worked()
    assert letter["Subject"] == "Cancelled: Picnic"
    assert "> Rain, all day" in text_of(letter)
    entry, part = entry_of(letter), calendar_part(letter)
    assert part
    assert part.get_param("method") == "CANCEL"
    assert (int(entry["sequence"]), str(entry["status"])) == (1, "CANCELLED")


def test_deleted() -> None:
    """What is gone is told of once, and nothing of it is kept."""
    event = hosted_event(title="Picnic", location="Secret cellar", hide_location=True)
    answer(event)
    answer(event, email="maybe@example.org", attendance="interested")
    worked()
    delete_event(event_id=event.id, notice=Notice("all"))
    told = {letter["To"]: letter for letter in worked()}
    assert {letter["Subject"] for letter in told.values()} == {"Cancelled: Picnic"}
    assert "Secret cellar" not in all_of(told["maybe@example.org"])
    assert str(entry_of(told["ana@example.org"])["status"]) == "CANCELLED"
    assert calendar_part(told["maybe@example.org"]) is None
    assert not kept_of("ana@example.org", "Secret cellar", "Picnic")


def test_the_place_of_what_was_deleted() -> None:
    """Their entry has it for who was going, where somebody answers for the event's words."""
    places = []
    for event in (hosted_event(location="Cellar"), make_event(location="Cellar")):
        answer(event)
        worked()
        delete_event(event_id=event.id, notice=Notice("all"))
        (letter,) = worked()
        places.append(entry_of(letter).get("location"))
    assert places == ["Cellar", None]


def kept_of(*traces: str) -> list[str]:
    """Traces that are still in the rows of mail."""
    rows = [*Mail.objects.values(), *Change.objects.filter(taken_at__isnull=False).values("erased")]
    return [trace for trace in traces if trace in str(rows)]


def test_removed() -> None:
    """Who had a seat and was told so is told that they have none, once."""
    event = make_event()
    rsvp = answer(event)
    delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)
    assert worked() == []
    rsvp = answer(event, email="bo@example.org")
    worked()
    delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)
    (letter,) = worked()
    assert (letter["To"], letter["Subject"]) == ("bo@example.org", "You are off the guest list")
    assert str(entry_of(letter)["status"]) == "CANCELLED"


def test_words_to_one_guest() -> None:
    """A message is mailed, an internal note is not."""
    event = hosted_event(title="Picnic")
    rsvp = answer(event)
    worked()
    write_to_guest(event_id=event.id, rsvp_id=rsvp.id, content="Cup?", type="admin_message")
    write_to_guest(event_id=event.id, rsvp_id=rsvp.id, content="Odd one", type="admin_note")
    (letter,) = worked()
    assert letter["Subject"] == "A message from the host: Picnic"
    assert "> Cup?" in text_of(letter)


def test_when_nothing_is_written(settings: Any) -> None:
    """No address, a change that gives no ticket, or an instance without mail."""
    event = make_event()
    answer(event, email="")
    rsvp = answer(event)
    assert len(worked()) == 1
    change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"name": "Anna", "note": "Hi"})
    change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values={"attendance": "not_going"})
    assert worked() == []
    settings.MAIL_ENABLED = False
    answer(event, name="Di", email="di@example.org")
    settings.MAIL_ENABLED = True
    assert worked() == []


def test_a_called_off_event_mails_no_ticket() -> None:
    """Nor is anybody told of an answer that was withdrawn meanwhile."""
    event = make_event()
    answer(event)
    cancel_event(event_id=event.id)
    gone = make_event()
    rsvp = answer(gone)
    delete_rsvp(event_id=gone.id, rsvp_id=rsvp.id)
    assert worked() == []
