"""What is mailed of series: their link once, one confirmation for many answers."""

from __future__ import annotations

from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.utils import timezone
from icalendar import Calendar

from comments.domain.series_changes import change_series
from events.domain.notices import Notice
from events.domain.series import extend_all
from events.enums import Scope
from events.models import Event
from notify.domain.mail.lost_links import ask_for_lost_links
from notify.models import Mail
from rsvps.domain.approval import approve, reject
from rsvps.domain.respond import change_rsvp, delete_rsvp
from rsvps.domain.series_answers import answer_following
from rsvps.rows import RsvpRow
from tests.makers import MadeEvent, make_rsvp, make_series, make_tenant, occurrences
from tests.notify.mail.posting import calendar_part, entry_of, html_of, text_of, worked
from tests.tenant_cast import make_member

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def four() -> list[MadeEvent]:
    return occurrences(make_series("FREQ=WEEKLY;COUNT=4"))


def test_the_owner_link_once() -> None:
    """With its first occurrence; none with those that are made later, nor for each of them when
    the address changes."""
    event = make_series(host_email="cora@example.org")
    (letter,) = worked()
    link = f"https://events.example.org/s/{event.row.series_id}/admin/{event.owner_token}?mailed="
    assert link in text_of(letter)
    extend_all(timezone.now() + timedelta(days=30))
    assert worked() == []
    values = {"host_email": "new@example.org"}
    change_series(event=event.row, values=values, scope=Scope.ALL)
    (letter,) = worked()
    assert letter["To"] == "new@example.org"


def test_lost_links(four: list[MadeEvent]) -> None:
    """The link of the series once, whatever the number of its occurrences."""
    worked()
    Event.objects.update(host_email="cora@example.org")
    ask_for_lost_links("CORA@example.org")
    (letter,) = worked()
    text = text_of(letter)
    assert text.count("/admin/") == 1
    assert f"/s/{four[0].row.series_id}/admin/{four[0].owner_token}" in text


def test_one_confirmation(four: list[MadeEvent]) -> None:
    """With the guest's own link to each answer, and to none that was not given."""
    Event.objects.filter(pk=four[2].id).update(capacity=1)
    make_rsvp(four[2])
    values = {"name": "Ana", "attendance": "going", "email": "ana@example.org"}
    given = answer_following(event=four[0].row, shown=Event.objects.public(), values=values)
    assert [each.rsvp is not None for each in given] == [True, True, False, True]
    (letter,) = worked()
    text = text_of(letter)
    for event, there in zip(four, (True, True, False, True), strict=True):
        assert (f"/e/{event.id}/rsvp/cvr_" in text) == there


def test_news_of_each_occurrence(four: list[MadeEvent]) -> None:
    """A guest of two is told of two, once each; whoever was changed by hand in it, of none."""
    for each in four[:2]:
        make_rsvp(each, email="ana@example.org")
    worked()
    Event.objects.filter(pk=four[1].id).update(changed_by_hand=["location"])
    told: dict[str, Any] = {"notice": Notice("all"), "scope": Scope.ALL}
    change_series(event=four[0].row, values={"location": "Rua 1"}, **told)
    assert len(worked()) == 1
    change_series(event=four[0].row, values={"location": "Rua 2"}, overwrite=True, **told)
    assert len(worked()) == 2


# --- Answers to several ---------------------------------------------------------------------------


def answer_all(event: MadeEvent, **values: Any) -> list[RsvpRow]:
    """Ana's answers to the event and to those that follow."""
    told = {"name": "Ana", "attendance": "going", "email": "ana@example.org"} | values
    given = answer_following(event=event.row, shown=Event.objects.public(), values=told)
    return [each.rsvp for each in given if each.rsvp]


def files(letter: EmailMessage) -> list[Calendar]:
    """The calendars that a letter carries as files."""
    parts = [part for part in letter.iter_attachments() if part.get_filename() == "dates.ics"]
    assert {part["Content-Type"].params.get("method") for part in parts} <= {None}
    return [Calendar.from_ical(part.get_content()) for part in parts]


def test_every_date_for_the_calendar(four: list[MadeEvent]) -> None:
    """One invitation, to the first, and a file of all that the guest goes to."""
    Event.objects.filter(pk=four[2].id).update(approval_required=True)
    answer_all(four[0])
    (letter,) = worked()
    assert entry_of(letter)["UID"] == f"{four[0].id}@convene"
    (calendar,) = files(letter)
    assert calendar["METHOD"] == "PUBLISH"
    entries = calendar.walk("VEVENT")
    assert [each["UID"] for each in entries] == [f"{four[n].id}@convene" for n in (0, 1, 3)]
    assert [each.get("ATTENDEE") for each in entries] == [None] * 3


@pytest.mark.parametrize("values", [{"attendance": "not_going"}, {"attendance": "going"}])
def test_no_file_without_a_date(values: dict[str, Any]) -> None:
    """For whoever cannot come, nor for one answer by itself."""
    count = 1 if values["attendance"] == "going" else 3
    answer_all(make_series(f"FREQ=WEEKLY;COUNT={count}"), **values)
    (letter,) = worked()
    assert files(letter) == []


def test_the_largest_mail_of_a_lot() -> None:
    """A year of weekly events whose hosts say a lot: text and HTML stay below what is cut off."""
    actor = make_member(make_tenant()).actor
    text = {"title": "T" * 200, "location": "L" * 200, "description": "D" * 10_000}
    answer_all(make_series("FREQ=WEEKLY;COUNT=26", actor=actor, **text))
    (letter,) = [each for each in worked() if each["To"] == "ana@example.org"]
    assert text_of(letter).count("/rsvp/cvr_") == 26
    assert len(text_of(letter).encode()) + len(html_of(letter).encode()) < 40_000
    (calendar,) = files(letter)
    assert len(calendar.walk("VEVENT")) == 26
    assert len(calendar.to_ical()) < 150_000


@pytest.mark.parametrize("which", [0, 2])
def test_removed_from_one(four: list[MadeEvent], which: int) -> None:
    """Told like anybody who was told that they are in, whichever occurrence it is, and once."""
    given = answer_all(four[0])
    worked()
    delete_rsvp(event_id=four[which].id, rsvp_id=given[which].id)
    (letter,) = worked()
    assert entry_of(letter)["UID"] == f"{four[which].id}@convene"
    assert entry_of(letter)["STATUS"] == "CANCELLED"
    assert worked() == []


@pytest.mark.parametrize("which", [0, 2])
def test_decided_later(four: list[MadeEvent], which: int) -> None:
    Event.objects.update(approval_required=True)
    given = answer_all(four[0])
    worked()
    for act, method in ((approve, "REQUEST"), (reject, "CANCEL")):
        act(event_id=four[which].id, rsvp_id=given[which].id)
        (letter,) = worked()
        part = calendar_part(letter)
        assert part
        assert part["Content-Type"].params["method"] == method
        assert entry_of(letter)["UID"] == f"{four[which].id}@convene"


@pytest.mark.parametrize("which", [0, 2])
def test_let_in_later(four: list[MadeEvent], which: int) -> None:
    Event.objects.update(capacity=1)
    before = [make_rsvp(each) for each in four]
    answer_all(four[0], join_waitlist=True)
    assert len(worked()) == 1
    delete_rsvp(event_id=four[which].id, rsvp_id=before[which].id)
    (letter,) = worked()
    assert entry_of(letter)["UID"] == f"{four[which].id}@convene"


def test_decided_at_once(four: list[MadeEvent]) -> None:
    """The mail of all goes out although a later one tells of the first."""
    Event.objects.update(approval_required=True)
    given = answer_all(four[0])
    approve(event_id=four[0].id, rsvp_id=given[0].id)
    counts = sorted(text_of(letter).count("/rsvp/cvr_") for letter in worked())
    assert counts == [1, 4]


def test_one_confirmation_for_each_address(four: list[MadeEvent]) -> None:
    """Of an occurrence that a lot told of, too; what is new in a second lot is told."""
    answer_all(four[2])
    assert len(worked()) == 1
    make_rsvp(four[3], email="ana@example.org")
    assert worked() == []
    answer_all(four[0])
    (letter,) = worked()
    links = [f"/e/{each.id}/rsvp/cvr_" in text_of(letter) for each in four]
    assert links == [True, True, False, False]
    assert len(Mail.objects.told().values_list("event_id").distinct()) == 4


def test_what_is_carried_does_not_count(four: list[MadeEvent], settings: Any) -> None:
    """Four answers in one mail are one of those that an address may get."""
    settings.MAIL_LIMIT_RECIPIENT = 2
    given = answer_all(four[0])
    worked()
    delete_rsvp(event_id=four[3].id, rsvp_id=given[3].id)
    assert len(worked()) == 1


def test_what_failed_told_nothing(four: list[MadeEvent], settings: Any) -> None:
    settings.MAIL_LIMIT_RECIPIENT = 0
    given = answer_all(four[0])
    assert worked() == []
    settings.MAIL_LIMIT_RECIPIENT = 9
    delete_rsvp(event_id=four[3].id, rsvp_id=given[3].id)
    assert worked() == []


def test_another_address_since(four: list[MadeEvent]) -> None:
    """Whoever reads the first address is not given the link of an answer that has another."""
    given = answer_all(four[0])
    change_rsvp(event_id=four[1].id, rsvp_id=given[1].id, values={"email": "eve@example.org"})
    (letter,) = worked()
    assert letter["To"] == "ana@example.org"
    links = [f"/e/{each.id}/rsvp/cvr_" in text_of(letter) for each in four]
    assert links == [True, False, True, True]
