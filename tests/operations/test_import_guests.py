"""import_guests: the lines of a CSV file become RSVPs, and nobody twice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from notify.models import Mail
from operations import guest_lists
from operations.recount import find_differences
from outbox.domain.taking import fan_out
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_rsvp, make_tier
from tests.root import refusal, run, run_json

pytestmark = pytest.mark.django_db
Stored = Callable[[], dict[str, list[str]]]
COLUMNS = ("name", "email", "attendance", "approval", "guest_count", "guest_names", "is_private")


@pytest.fixture
def event() -> MadeEvent:
    """An event with a dozen seats."""
    return make_event(capacity=12)


@pytest.fixture
def guests(tmp_path: Path) -> Callable[..., Path]:
    """Writes lines to a file."""

    def write(*lines: str, encoding: str = "utf-8") -> Path:
        file = tmp_path / "guests.csv"
        file.write_bytes("\r\n".join(lines).encode(encoding))
        return file

    return write


def answers() -> list[tuple[Any, ...]]:
    """All RSVPs, by name."""
    return list(Rsvp.objects.order_by("name", "attendance").values_list(*COLUMNS))


def reasons(said: dict[str, Any]) -> list[tuple[str, str, int, list[str]]]:
    """What was left out."""
    return [tuple(left.values()) for left in said["left"]]


def test_lists_of_other_programs(event: MadeEvent, guests: Callable[..., Path]) -> None:
    """Words of theirs, semicolons and a byte order mark are understood; running again doubles
    nobody, two of one name without an address included."""
    file = guests(
        "Full name;E-mail;RSVP;Plus ones;Shoe size",
        "Zoë;zoe@example.org;Yes;2;38",
        "Ana;;maybe;;",
        "Ana;;no;;",
        ";;;;",
        "Cem;CEM@example.org;accepted;;",
        "Cem again;cem@example.org;yes;;",
        encoding="utf-8-sig",
    )
    said = run_json("import_guests", event.id, file)
    assert (said["rsvps"], said["pending"], said["waitlisted"], said["already_here"]) == (
        4,
        0,
        0,
        0,
    )
    assert reasons(said) == [
        ("columns", "Not read.", 1, ["Shoe size"]),
        ("lines", "Left out: an earlier line has the same address.", 1, ["line 7"]),
    ]
    made = answers()
    assert made == [
        ("Ana", "", "interested", "approved", 0, [], False),
        ("Ana", "", "not_going", "approved", 0, [], False),
        ("Cem", "CEM@example.org", "going", "approved", 0, [], False),
        ("Zoë", "zoe@example.org", "going", "approved", 2, [], False),
    ]
    again = run_json("import_guests", event.id, file)
    assert (again["rsvps"], again["already_here"], answers()) == (0, 4, made)
    assert find_differences() == []


def test_our_own_list_comes_back(api: Api, guests: Callable[..., Path]) -> None:
    """What an organizer downloads of one event can be loaded into another."""
    old = make_event(max_guests_per_rsvp=5, capacity=4)
    tier = make_tier(old, name="Standard")
    make_rsvp(old, name="=Ana", email="ana@example.org", note="-5 °C", tier_id=tier.id)
    make_rsvp(old, name="Ben", guest_count=2, guest_names=["Bo"], is_private=True, tier_id=tier.id)
    make_rsvp(old, name="Cem", tier_id=tier.id, attendance="interested")
    make_rsvp(old, name="Dee", tier_id=tier.id, join_waitlist=True)
    before = answers()
    asked = {"action": "export", "filter": {}}
    exported = api.post(f"{old.path}/rsvps/bulk", asked, old.owner_token)
    listed = exported.content.decode("utf-8-sig")
    new = make_event(max_guests_per_rsvp=5, capacity=4)
    make_tier(new, name="standard")
    said = run_json("import_guests", new.id, guests(*listed.splitlines()))
    columns = ["Answered at (UTC)", "Checked in at (UTC)"]
    assert reasons(said) == [("columns", "Not read.", 2, columns)]
    assert (said["rsvps"], said["waitlisted"]) == (4, 1)
    made = Rsvp.objects.filter(event=new.id).order_by("name", "pk")
    assert list(made.values_list(*COLUMNS)) == before
    assert made.values_list("note", "tier__name")[0] == ("-5 °C", "standard")


def test_the_rules_hold(event: MadeEvent, guests: Callable[..., Path]) -> None:
    """What a guest may not, a line may not, unless an organizer insists; each says why."""
    lines = [
        "Name,Answer,Guests,Approval,Ticket,Listed",
        "Ana,perhaps,,,,",
        "Ben,,two,,,",
        "Cem,,9,,,",
        "Dee,,,rejected,,",
        "Eve,,,,Gold,",
        "Fay,,,,,perhaps",
        ",,1,,,",
        "Gus,,4,,,",
        "Hal,,4,,,",
        "Ida,,4,,,",
        "Jan,,4,waitlisted,,",
    ]
    said = run_json("import_guests", event.id, guests(*lines))
    assert [(number, which) for _, _, number, which in reasons(said)] == [
        (1, [f"line {number}"]) for number in (2, 3, 4, 5, 6, 7, 8, 11)
    ]
    assert (said["rsvps"], said["waitlisted"]) == (3, 1)
    assert run_json("import_guests", event.id, guests(*lines), "--force")["rsvps"] == 1
    assert Rsvp.objects.get(name="Ida").approval == "approved"
    assert Rsvp.objects.get(name="Jan").approval == "waitlisted"
    assert find_differences() == []


def test_nobody_is_mailed(event: MadeEvent, guests: Callable[..., Path], settings: Any) -> None:
    """Though the same answer by the guest's own hand would be confirmed."""
    settings.MAIL_ENABLED = True
    run("import_guests", event.id, guests("Name,Email", "Ana,ana@example.org"))
    by_hand = make_rsvp(event, name="Ben", email="ben@example.org")
    fan_out.func()
    assert list(Mail.objects.values_list("rsvp_id", flat=True)) == [by_hand.id]


@pytest.mark.once
def test_a_dry_run(
    event: MadeEvent, guests: Callable[..., Path], everything_stored: Stored
) -> None:
    """Says exactly what would be, seats included, and writes nothing."""
    file = guests("Name,Guests", *(f"Guest {number},3" for number in range(5)))
    before = everything_stored()
    said = run_json("import_guests", event.id, file, "--dry-run")
    assert everything_stored() == before
    assert run_json("import_guests", event.id, file) == said | {"dry_run": False}
    assert (said["rsvps"], [left[2] for left in reasons(said)]) == (3, [2])


def test_few_at_a_time(
    event: MadeEvent, guests: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    """However small the batches are, seats are counted through."""
    monkeypatch.setattr(guest_lists, "_AT_A_TIME", 2)
    file = guests("Name,Guests", *(f"Guest {number},3" for number in range(5)))
    dry = run_json("import_guests", event.id, file, "--dry-run")
    assert run_json("import_guests", event.id, file) == dry | {"dry_run": False}
    assert dry["rsvps"] == 3


@pytest.mark.once
def test_files_that_are_refused(
    event: MadeEvent,
    guests: Callable[..., Path],
    everything_stored: Stored,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Each by what is wrong with it."""
    before = everything_stored()
    for lines, expected in (
        (["Ana", "Ben"], "file: no_names"),
        ([], "file: no_names"),
        (["Name,Guest", "Ana,Ben"], "file: two_columns"),
        (["Name,Note", 'Ana,"x'], "file: not_csv"),
    ):
        assert refusal("import_guests", event.id, guests(*lines)) == expected
    latin = guests("Name", "Zoë", encoding="latin-1")
    assert refusal("import_guests", event.id, latin) == "file: not_utf8"
    file = guests("Name", "Ana", "Ben")
    assert refusal("import_guests", uuid4(), file) == "event_not_found"
    assert refusal("import_guests", event.id, file.with_name("none.csv")) == "no_such_file"
    monkeypatch.setattr(guest_lists, "_MOST_LINES", 1)
    assert refusal("import_guests", event.id, file) == "file: too_many"
    monkeypatch.setattr(guest_lists, "_MOST_BYTES", 5)
    assert refusal("import_guests", event.id, file) == "file_too_large"
    assert everything_stored() == before


def test_what_it_prints(event: MadeEvent, guests: Callable[..., Path]) -> None:
    """The numbers, and a line for each reason."""
    file = guests("Name,Answer", "Ana,yes", "Ben,perhaps")
    said = run("import_guests", event.id, file, "--dry-run").splitlines()
    assert said[0] == (
        "1 RSVP (0 waiting for approval, 0 for a seat); 0 guests had answered already."
    )
    assert (len(said), said[1].startswith("1 line: Left out: attendance: ")) == (3, True)
