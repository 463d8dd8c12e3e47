"""The attendee list as a file: RFC 4180, a column for each question, harmless to spreadsheets."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from events.enums import Standing
from events.facts import event_tiers
from rsvps.domain.attendee_csv import said, write_attendees
from rsvps.domain.checkin import check_in
from rsvps.facts import every_answer
from tests.conftest import Clock
from tests.makers import make_event, make_question, make_rsvp, make_tier

HEAD = [
    *("Name", "Email", "Pronouns", "Answer", "Approval", "Guests", "People", "Ticket"),
    *("Listed", "Note", "Answered at (UTC)", "Checked in at (UTC)", "Waitlist"),
]
LAST = "Guest names"
MOMENT = datetime(2030, 5, 1, 18, 30, 5, 999, tzinfo=UTC)


@dataclass(frozen=True)
class Question:
    """An asked question."""

    id: UUID
    label: str


@dataclass(frozen=True)
class Ticket:
    """A tier."""

    id: UUID
    name: str
    questions: list[Question] = field(default_factory=list)


@dataclass(frozen=True)
class Attendee:
    """An answer with little in it."""

    name: str = "Kim"
    email: str | None = None
    pronouns: str = ""
    attendance: str = "going"
    approval: str = "approved"
    guest_count: int = 0
    guest_names: list[str] | None = None
    is_private: bool = False
    note: str | None = None
    tier_id: UUID | None = None
    answers: dict[str, Any] | None = None
    created_at: datetime = MOMENT
    checked_in_at: datetime | None = None
    waitlist_position: int | None = None


def read(attendees: list[Any], tiers: Any = ()) -> list[list[str]]:
    """The file's rows, as a reader of CSV gets them."""
    text = "".join(write_attendees(attendees, tiers))
    assert text.endswith("\r\n")
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def test_nobody_is_a_head() -> None:
    """One line."""
    assert list(write_attendees([], [])) == [",".join([*HEAD, LAST]) + "\r\n"]


def test_an_answer_with_little_in_it() -> None:
    """Empty cells where nothing is known; times in UTC to the second."""
    assert read([Attendee()]) == [
        [*HEAD, LAST],
        [
            *("Kim", "", "", "going", "approved", "0", "1", "", "yes", ""),
            *("2030-05-01 18:30:05", "", "", ""),
        ],
    ]


def test_answers_stand_under_their_questions() -> None:
    """A column for each question of each tier, retired ones too; empty for other tickets."""
    size, food = Question(UUID(int=1), "Size?"), Question(UUID(int=2), "Food?")
    tiers = [Ticket(UUID(int=3), "VIP", [size, food]), Ticket(UUID(int=4), "Plain", [])]
    tiers.append(Ticket(UUID(int=5), "Crew", [Question(UUID(int=6), "Size?")]))
    rows = read(
        [
            Attendee("Ann", tier_id=UUID(int=3), answers={str(food.id): ["soup", "pie"]}),
            Attendee("Bob", tier_id=UUID(int=5), answers={str(UUID(int=6)): "L"}),
            Attendee("Cem", tier_id=UUID(int=4), answers={}),
            Attendee("Dee", tier_id=UUID(int=9), answers={"gone": "x"}),
        ],
        tiers,
    )
    assert rows[0] == [*HEAD, "VIP: Size?", "VIP: Food?", "Crew: Size?", LAST]
    assert [[row[0], row[7], *row[13:-1]] for row in rows[1:]] == [
        ["Ann", "VIP", "", "soup, pie", ""],
        ["Bob", "Crew", "", "", "L"],
        ["Cem", "Plain", "", "", ""],
        ["Dee", "", "", "", ""],
    ]


@pytest.mark.parametrize(
    ("answer", "text"),
    [
        (None, ""),
        (True, "yes"),
        (False, "no"),
        ("Tea", "Tea"),
        ("", ""),
        (0, "0"),
        (2.5, "2.5"),
        ([], ""),
        (["a", "b"], "a, b"),
    ],
)
def test_an_answer_in_one_text(answer: Any, text: str) -> None:
    """Of every kind."""
    assert said(answer) == text


AWKWARD = ['say "hi"', "a,b", "two\nlines", "tab\tbed", "é ß 漢字", " leading", "a;b", "'quoted'"]


@pytest.mark.parametrize("text", AWKWARD)
def test_awkward_texts_come_back_whole(text: str) -> None:
    """Quotes, commas and line ends are quoted as RFC 4180 says."""
    question = Question(UUID(int=1), text)
    attendee = Attendee(text, note=text, tier_id=UUID(int=2), answers={str(question.id): text})
    head, row = read([attendee], [Ticket(UUID(int=2), text, [question])])
    assert (row[0], row[7], row[9], row[13]) == (text, text, text, text)
    assert head[13] == f"{text}: {text}"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_no_cell_is_a_formula(start: str) -> None:
    """Whatever a guest or an organizer wrote: an apostrophe stands before it."""
    text = f"{start}cmd|' /C calc'!A0"
    question = Question(UUID(int=1), "Why?")
    attendee = Attendee(
        *(text, text, text),
        note=text,
        tier_id=UUID(int=2),
        answers={str(question.id): text},
    )
    head, row = read([attendee], [Ticket(UUID(int=2), text, [question])])
    assert [row[n] for n in (0, 1, 2, 7, 9, 13)] == [f"'{text}"] * 6
    assert head[13] == f"'{text}: Why?"
    listed = replace(attendee, answers={str(question.id): [text, "b"]})
    assert read([listed], [Ticket(UUID(int=2), "T", [question])])[1][13] == f"'{text}, b"


def test_names_of_plus_ones_come_last() -> None:
    """In one cell, where no other column has to move for them."""
    head, row = read([Attendee(guest_count=2, guest_names=["=Bo", "Cy"])])
    assert (head[-1], row[-1]) == (LAST, "'=Bo, Cy")


def test_a_negative_number_is_no_formula() -> None:
    """A number a guest answered is kept from looking like a formula too."""
    question = Question(UUID(int=1), "How cold?")
    attendee = Attendee(tier_id=UUID(int=2), answers={str(question.id): -5})
    assert read([attendee], [Ticket(UUID(int=2), "T", [question])])[1][13] == "'-5"


def test_it_is_written_line_by_line() -> None:
    """A long list is never in memory: each answer is asked for when its line is."""
    asked: list[int] = []

    def attendees() -> Any:
        for number in range(3):
            asked.append(number)
            yield Attendee(f"Guest {number}")

    lines = write_attendees(attendees(), [])
    next(lines)
    assert asked == []
    assert next(lines).startswith("Guest 0,")
    assert asked == [0]


@pytest.mark.django_db
def test_the_facts_fit_the_file(clock: Clock) -> None:
    """Every answer of a stored event, whatever became of it, with ticket, form and arrival."""
    event = make_event(approval_required=True)
    vip = make_tier(event, name="VIP", is_active=False)
    old = make_question(vip, label="Old?", is_active=False)
    make_question(vip, label="New?")
    make_rsvp(event, name="Ann", email="ann@example.org", is_private=True)
    clock.advance(minutes=1)
    bob = make_rsvp(
        event, name="Bob", pronouns="he", note="Late", guest_count=2, tier_id=vip.pk, force=True
    )
    type(bob.stored).objects.filter(pk=bob.id).update(answers={str(old.pk): True})
    clock.advance(minutes=1)
    check_in(event_id=event.id, rsvp_id=bob.id)
    rows = read(list(every_answer(event.id)), event_tiers(event.id, Standing.OWNER))
    assert rows == [
        [*HEAD, "VIP: Old?", "VIP: New?", LAST],
        [
            *("Ann", "ann@example.org", "", "going", "pending", "0", "1", "", "no", ""),
            *("2030-05-01 12:00:00", "", "", "", "", ""),
        ],
        [
            *("Bob", "", "he", "going", "approved", "2", "3", "VIP", "yes", "Late"),
            *("2030-05-01 12:01:00", "2030-05-01 12:02:00", "", "yes", "", ""),
        ],
    ]
