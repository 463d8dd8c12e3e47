"""The one writer of attendee lists as CSV (RFC 4180)."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

# A spreadsheet runs a cell that starts like this as a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Attendee(Protocol):
    """One answer, as its organizer may see it."""

    @property
    def name(self) -> str: ...
    @property
    def email(self) -> str | None: ...
    @property
    def pronouns(self) -> str: ...
    @property
    def attendance(self) -> str: ...
    @property
    def approval(self) -> str: ...
    @property
    def waitlist_position(self) -> int | None: ...
    @property
    def guest_count(self) -> int: ...
    @property
    def guest_names(self) -> list[str] | None: ...
    @property
    def is_private(self) -> bool: ...
    @property
    def note(self) -> str | None: ...
    @property
    def tier_id(self) -> UUID | None: ...
    @property
    def answers(self) -> dict[str, Any] | None: ...
    @property
    def created_at(self) -> datetime: ...
    @property
    def checked_in_at(self) -> datetime | None: ...


class AskedQuestion(Protocol):
    """A question with a column of its own."""

    @property
    def id(self) -> UUID: ...
    @property
    def label(self) -> str: ...


class Ticket(Protocol):
    """A tier with the questions of its form, retired ones included."""

    @property
    def id(self) -> UUID: ...
    @property
    def name(self) -> str: ...
    @property
    def questions(self) -> Sequence[AskedQuestion]: ...


_HEAD = (
    *("Name", "Email", "Pronouns", "Answer", "Approval", "Guests", "People", "Ticket"),
    *("Listed", "Note", "Answered at (UTC)", "Checked in at (UTC)", "Waitlist"),
)
# The last, so that every other column stays where programs know it.
_NAMES = "Guest names"


def write_attendees(attendees: Iterable[Attendee], tiers: Sequence[Ticket]) -> Iterator[str]:
    """The file line by line: a head, then a line for each answer, with a column for each question.

    Cells that a spreadsheet would run as a formula start with an apostrophe.
    """
    names = {tier.id: tier.name for tier in tiers}
    asked = [(tier.name, question) for tier in tiers for question in tier.questions]
    yield _line([*_HEAD, *(f"{tier}: {question.label}" for tier, question in asked), _NAMES])
    for each in attendees:
        answers = each.answers or {}
        yield _line(
            [
                each.name,
                each.email or "",
                each.pronouns,
                each.attendance,
                each.approval,
                each.guest_count,
                1 + each.guest_count,
                names.get(each.tier_id, "") if each.tier_id else "",
                "no" if each.is_private else "yes",
                each.note or "",
                _moment(each.created_at),
                _moment(each.checked_in_at),
                each.waitlist_position or "",
                *(said(answers.get(str(question.id))) for _, question in asked),
                ", ".join(each.guest_names or []),
            ]
        )


def said(answer: Any) -> str:
    """An answer to a question as one text: "yes" or "no" for checkboxes, options with commas."""
    if isinstance(answer, bool):
        return "yes" if answer else "no"
    if isinstance(answer, list):
        return ", ".join(str(option) for option in answer)
    return "" if answer is None else str(answer)


def _line(cells: Iterable[object]) -> str:
    line = io.StringIO()
    csv.writer(line).writerow([_safe(cell) for cell in cells])
    return line.getvalue()


def without_guard(cell: str) -> str:
    """A cell as it was before it was made safe for spreadsheets."""
    return cell[1:] if cell.startswith("'") and cell[1:].startswith(_FORMULA) else cell


def _safe(cell: object) -> object:
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell


def _moment(when: datetime | None) -> str:
    return "" if when is None else f"{when:%Y-%m-%d %H:%M:%S}"
