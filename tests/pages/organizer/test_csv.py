"""The list of answers as a file for spreadsheets."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from django.test import Client

from events.models import Question, Tier
from rsvps.domain.checkin import check_in
from rsvps.domain.tiers import update_tier
from rsvps.models import Rsvp
from tests.makers import MadeEvent, make_event, make_question, make_rsvp, make_tier
from tests.pages.organizer.test_overview import organizer
from tests.pages.test_guest import guest_of
from tests.rsvps.door import helper

pytestmark = pytest.mark.django_db

HEAD = [
    *("Name", "Email", "Pronouns", "Answer", "Approval", "Guests", "People", "Ticket"),
    *("Listed", "Note", "Answered at (UTC)", "Checked in at (UTC)", "Waitlist"),
]


def download(event: MadeEvent, client: Client | None = None) -> bytes:
    """The file as it is sent."""
    answer = (client or organizer(event)).get(f"/e/{event.id}/admin/guests.csv")
    assert answer.status_code == 200
    return bytes(answer.getvalue())  # type: ignore[attr-defined]


def rows(event: MadeEvent) -> list[list[str]]:
    """The file as a spreadsheet reads it."""
    return list(csv.reader(io.StringIO(download(event).decode("utf-8-sig"), newline="")))


def test_holds_every_answer_with_ticket_and_questions(clock: Any) -> None:
    """A column for each question of each ticket, retired ones too; lines by time."""
    event = make_event(approval_required=True)
    vip, day = make_tier(event, name="VIP"), make_tier(event, name="Day")
    dish, cup = make_question(vip, "multiselect", label="Dish"), make_question(vip, "checkbox")
    bus = make_question(day, "number", label="Seats on the bus")
    clock.set(2030, 5, 1, 12)
    ada = make_rsvp(
        event,
        name='Ada, "the" first',
        email="ada@example.org",
        pronouns="she/her",
        guest_count=2,
        guest_names=["Öz", "Bo"],
        note="one\ntwo",
        tier_id=vip.id,
        form_answers={str(dish.id): ["red", "blue"], str(cup.id): False},
        force=True,
    )
    clock.set(2030, 5, 1, 13)
    make_rsvp(event, name="Bob", tier_id=day.id, form_answers={str(bus.id): -2}, is_private=True)
    clock.set(2030, 5, 1, 14)
    make_rsvp(event, name="Cléo", attendance="interested")
    clock.set(2030, 5, 8, 19, 4, 5)
    check_in(event_id=event.id, rsvp_id=ada.id)
    update_tier(event_id=event.id, tier_id=vip.id, values={"questions": []})
    # fmt: off
    assert rows(event) == [
        [*HEAD, "VIP: Dish", "VIP: Why?", "Day: Seats on the bus", "Guest names"],
        ['Ada, "the" first', "ada@example.org", "she/her", "going", "approved", "2", "3", "VIP",
         "yes", "one\ntwo", "2030-05-01 12:00:00", "2030-05-08 19:04:05", "",
         "red, blue", "no", "", "Öz, Bo"],
        ["Bob", "", "", "going", "pending", "0", "1", "Day",
         "no", "", "2030-05-01 13:00:00", "", "", "", "", "'-2", ""],
        ["Cléo", "", "", "interested", "approved", "0", "1", "",
         "yes", "", "2030-05-01 14:00:00", "", "", "", "", "", ""],
    ]
    # fmt: on


def test_is_a_private_file_named_after_the_event() -> None:
    event = make_event(title='Fête "2030"\N{EM DASH};\u202egnp.exe')
    make_rsvp(event)
    answer = organizer(event).get(f"/e/{event.id}/admin/guests.csv")
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Robots-Tag"] == "noindex, nofollow"
    assert answer["Content-Disposition"] == (
        'attachment; filename="Fete_2030_gnp_exe.csv"; '
        "filename*=UTF-8''F%C3%AAte_2030_gnp_exe.csv"
    )
    assert bytes(answer.getvalue()).startswith(b"\xef\xbb\xbfName,Email,")  # type: ignore[attr-defined]


@pytest.mark.parametrize("typed", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1"])
def test_no_cell_is_run_as_a_formula(typed: str) -> None:
    """Whatever is stored in texts of guests and organizers, the head of the columns included."""
    event = make_event()
    tier = make_tier(event)
    text, choice = make_question(tier), make_question(tier, "multiselect")
    make_rsvp(event, tier_id=tier.id)
    Tier.objects.update(name=typed)
    Question.objects.update(label=typed)
    texts = dict.fromkeys(("name", "email", "pronouns", "note"), typed)
    Rsvp.objects.update(answers={str(text.id): typed, str(choice.id): [typed, "b"]}, **texts)
    head, line = rows(event)
    assert head == [*HEAD, *[f"'{typed}: {typed}"] * 2, "Guest names"]
    cells = dict(zip(HEAD, line, strict=False))
    neutral = f"'{typed}"
    assert [cells[name] for name in ("Name", "Email", "Pronouns", "Note", "Ticket")] == [
        neutral,
        neutral,
        neutral,
        neutral,
        neutral,
    ]
    assert line[len(HEAD) :] == [neutral, f"{neutral}, b", ""]


def test_is_for_organizers_only() -> None:
    """Nobody else gets a byte of it, and nobody's ticket is in it."""
    event = make_event()
    rsvp = make_rsvp(event, name="Secret guest", email="secret@example.org")
    path = f"/e/{event.id}/admin/guests.csv"
    other = make_event()
    for client, status in (
        (Client(), 401),
        (guest_of(event, rsvp), 403),
        (helper(event), 403),
        (organizer(other), 403),
    ):
        refused = client.get(path)
        assert refused.status_code == status
        assert "ecret" not in refused.content.decode()
    assert organizer(event).post(path).status_code == 405
    assert organizer(other).get(f"/e/{other.id}/admin/guests.csv").status_code == 200
    sent = download(event)
    assert b"secret@example.org" in sent
    for key in (rsvp.ticket, rsvp.token, event.owner_token):
        assert key.encode() not in sent


def test_takes_as_many_queries_for_3_answers_as_for_60(queries_of: Any) -> None:
    """The link, the event, the tiers, their questions, the answers, and whether more follow."""
    event = make_event()
    client, tier = organizer(event), make_tier(event)
    make_question(tier)

    def add(answers: int) -> int:
        for _ in range(answers):
            make_rsvp(event, tier_id=tier.id)
        return int(queries_of(lambda: download(event, client)))

    assert [add(3), add(57)] == [6, 6]
    assert len(rows(event)) == 61
