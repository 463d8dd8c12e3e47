"""Guest lists of other programs, and our own: each line of a CSV file becomes an RSVP."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

from access.sentences import one_line
from config.errors import DomainError, Invalid, NotFound, PayloadTooLarge, flaw
from events.domain.locking import locked_event
from events.models import Event, Tier
from operations.importing import Left, Progress, Report
from rsvps.domain.attendee_csv import without_guard
from rsvps.domain.respond import create_rsvp
from rsvps.enums import Approval, Attendance
from rsvps.errors import AlreadyRsvped, TierUnknown
from rsvps.models import Rsvp

_MOST_BYTES = 4 * 1024**2
_MOST_LINES = 5_000
# Lines that are stored in one transaction, which nobody waits for long.
_AT_A_TIME = 250
_DELIMITERS = ",;\t"
# What a column may be called, in small letters, and what it holds.
_COLUMNS = {
    **dict.fromkeys(("name", "full name", "guest"), "name"),
    **dict.fromkeys(("email", "e-mail", "mail", "email address", "e-mail address"), "email"),
    "pronouns": "pronouns",
    **dict.fromkeys(("answer", "attendance", "rsvp", "response", "status"), "attendance"),
    "approval": "approval",
    **dict.fromkeys(("guests", "plus ones"), "guest_count"),
    "guest names": "guest_names",
    **dict.fromkeys(("note", "notes"), "note"),
    "listed": "listed",
    "ticket": "ticket",
}
# Columns of our own file that follow from others.
_IMPLIED = frozenset({"people", "waitlist"})
_ATTENDANCE = {
    "": Attendance.GOING,
    **dict.fromkeys(("going", "yes", "accepted"), Attendance.GOING),
    **dict.fromkeys(("interested", "maybe", "tentative"), Attendance.INTERESTED),
    **dict.fromkeys(("not_going", "not going", "no", "declined"), Attendance.NOT_GOING),
}
_LISTED = {"": True, "yes": True, "no": False}

Cells = Mapping[str, str]


class GuestsImported(NamedTuple):
    """How many RSVPs were made, how many of them wait for approval or a seat, and how many guests
    had answered already."""

    rsvps: int
    pending: int
    waitlisted: int
    already_here: int
    left: list[Left]


def import_guests(
    *,
    event_id: UUID,
    source: Path,
    force: bool = False,
    dry_run: bool = False,
    progress: Progress = lambda done, of: None,
) -> GuestsImported:
    """Makes an RSVP of each line of a CSV file, by the rules that guests are under; ``force`` lets
    them in past closing, approval and capacity, as organizers may.

    A guest who has answered is left alone: known by the address, without one by the name. A line
    that is refused is reported, the others are imported. Nobody is mailed. Some hundred lines are
    one transaction: if the import breaks off, run it again. A dry run is one, so that seats are
    counted through. Raises NotFound, PayloadTooLarge and Invalid (``file``).
    """
    report = Report()
    lines = _read(source, report)
    made = _Making(event_id, force, report)
    at_a_time = max(len(lines), 1) if dry_run else _AT_A_TIME
    for done in range(0, len(lines), at_a_time):
        with transaction.atomic():
            with locked_event(event_id):
                for number, line in enumerate(lines[done : done + at_a_time], done + 1):
                    made.take(*line)
                    progress(number, len(lines))
            if dry_run:
                transaction.set_rollback(True)
    waiting = made.approvals
    return GuestsImported(
        waiting.total(),
        waiting[Approval.PENDING],
        waiting[Approval.WAITLISTED],
        made.already_here,
        report.left,
    )


class _Making:
    """Makes RSVPs of lines, one after the other. Raises NotFound for an event that is not there."""

    def __init__(self, event_id: UUID, force: bool, report: Report) -> None:
        if not Event.objects.filter(pk=event_id).exists():
            raise NotFound("event_not_found")
        self.approvals = Counter[str]()
        self.already_here = 0
        self._event_id = event_id
        self._force = force
        self._report = report
        tiers = Tier.objects.filter(event_id=event_id).values_list("name", "id")
        self._tiers = {name.casefold(): id for name, id in tiers}
        unaddressed = Rsvp.objects.of_event(event_id).filter(email="")
        # How many guests of a name are here, each of whom one line stands for.
        self._known = Counter(
            name.casefold() for name in unaddressed.order_by().values_list("name", flat=True)
        )
        self._addresses: set[str] = set()

    def take(self, where: str, cells: Cells) -> None:
        """Makes an RSVP of this line, or says why not. Hold the event."""
        address, name = cells.get("email", "").lower(), cells.get("name", "").casefold()
        if cells.get("approval", "").lower() == Approval.REJECTED:
            self._report.note("lines", where, "Left out: the guest was declined there.")
        elif address in self._addresses:
            self._report.note("lines", where, "Left out: an earlier line has the same address.")
        elif not address and self._known[name]:
            self._known[name] -= 1
            self.already_here += 1
        else:
            if address:
                self._addresses.add(address)
            self._make(where, cells)

    def _make(self, where: str, cells: Cells) -> None:
        approved = cells.get("approval", "").lower() in ("", Approval.APPROVED)
        try:
            rsvp = create_rsvp(
                event_id=self._event_id,
                values=_values(cells, self._tiers),
                force=self._force and approved,
                once_per_email=bool(cells.get("email")),
                imported=True,
            )
        except AlreadyRsvped:
            self.already_here += 1
        except DomainError as problem:
            self._report.note("lines", where, f"Left out: {one_line(problem)}")
        else:
            self.approvals[rsvp.approval] += 1


def _values(cells: Cells, tiers: Mapping[str, UUID]) -> dict[str, Any]:
    """An answer in the domain's words. Raises Invalid and TierUnknown."""
    values: dict[str, Any] = {
        name: cells[name] for name in ("name", "email", "pronouns", "note") if name in cells
    }
    names = [name for each in cells.get("guest_names", "").split(",") if (name := each.strip())]
    values["guest_names"] = names
    values["guest_count"] = _whole(cells.get("guest_count", ""), len(names))
    values["attendance"] = _word(cells, "attendance", _ATTENDANCE)
    values["is_private"] = not _word(cells, "listed", _LISTED)
    values["join_waitlist"] = cells.get("approval", "").lower() == Approval.WAITLISTED
    if ticket := cells.get("ticket"):
        if ticket.casefold() not in tiers:
            raise TierUnknown
        values["tier_id"] = tiers[ticket.casefold()]
    return values


def _word(cells: Cells, column: str, words: Mapping[str, Any]) -> Any:
    said = cells.get(column, "").lower()
    if said not in words:
        raise Invalid({column: flaw("not_one_of", choices=", ".join(filter(None, words)))})
    return words[said]


def _whole(said: str, otherwise: int) -> int:
    try:
        return int(said) if said else otherwise
    except ValueError:
        raise Invalid({"guest_count": "not_whole"}) from None


def _read(source: Path, report: Report) -> list[tuple[str, Cells]]:
    """Each line that says something, with its name (``line 7``), as cells by what they hold."""
    text = _text(source)
    head, _, _ = text.partition("\n")
    delimiter = max(_DELIMITERS, key=head.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[str, Cells]] = []
    try:
        columns = _columns(next(reader, []), report)
        for row in reader:
            cells = {
                what: cell
                for what, place in columns.items()
                if place < len(row) and (cell := without_guard(row[place].strip()))
            }
            if cells:
                lines.append((f"line {reader.line_num}", cells))
    except csv.Error as problem:
        broken = flaw("not_csv", line=reader.line_num, problem=problem)
        raise Invalid({"file": broken}) from None
    if len(lines) > _MOST_LINES:
        raise Invalid({"file": flaw("too_many", most=_MOST_LINES)})
    return lines


def _columns(heads: Iterable[str], report: Report) -> dict[str, int]:
    """Where what stands. Raises Invalid without a column of names, and for two of one kind."""
    columns: dict[str, int] = {}
    for place, head in enumerate(heads):
        what = _COLUMNS.get(head.strip().lower())
        if what in columns:
            raise Invalid({"file": flaw("two_columns", column=head.strip())})
        if what is not None:
            columns[what] = place
        elif head.strip() and head.strip().lower() not in _IMPLIED:
            report.note("columns", head.strip(), "Not read.")
    if "name" not in columns:
        raise Invalid({"file": "no_names"})
    return columns


def _text(source: Path) -> str:
    if not source.is_file():
        raise NotFound("no_such_file", path=source)
    with source.open("rb") as file:
        content = file.read(_MOST_BYTES + 1)
    if len(content) > _MOST_BYTES:
        raise PayloadTooLarge("file_too_large", limit=_MOST_BYTES // 1024**2)
    try:
        # As names are stored, by which guests are known.
        return unicodedata.normalize("NFC", content.decode("utf-8-sig"))
    except UnicodeDecodeError:
        raise Invalid({"file": "not_utf8"}) from None
