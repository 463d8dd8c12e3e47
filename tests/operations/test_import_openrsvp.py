"""import_openrsvp: everything comes along, and old links go on opening."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from access.models import ImportedToken
from accounts.domain.root import rotate_root_token
from channels.models import Channel
from comments.models import Message
from events.domain.links import rotate_link
from events.models import Event, EventLink
from operations.recount import find_differences
from operations.reindex import is_in_step
from rsvps.domain.respond import delete_rsvp, rotate_guest_link
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import make_channel
from tests.operations.openrsvp import MOMENT, OpenRsvp
from tests.root import refusal, run, run_json
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.django_db
Stored = Callable[[], dict[str, list[str]]]


@pytest.fixture
def old(tmp_path: Path) -> OpenRsvp:
    """An empty OpenRSVP database."""
    return OpenRsvp(tmp_path / "openrsvp.db")


def test_everything_comes_along(old: OpenRsvp) -> None:
    """Each column where it belongs, under the ids there."""
    channel = old.channel(name="Our choir", slug="our-choir")
    event = old.event(
        channel_id=channel["id"],
        title="Café",
        description="**Bring** a cup",
        location="Betahaus",
        end_time="2031-05-20 20:30:00.000000",
        max_attendees=9,
        is_private=1,
        admin_approval_required=1,
        rsvps_closed=1,
        rsvp_close_at="2031-05-19 18:00:00.000000",
    )
    rsvp = old.rsvp(event, pronouns="she/her", guest_count=2, is_private=1)
    old.rsvp(event, name="Ben", attendance_status="maybe", status="pending")
    old.rsvp(event, name="Cem", attendance_status="no", status="rejected")
    old.message(event, rsvp_id=rsvp["id"], message_type="user_note", visibility="attendee")
    said = run_json("import_openrsvp", old.file, "--timezone", "Europe/Berlin")
    assert said == {
        "dry_run": False,
        "channels": 1,
        "events": 1,
        "rsvps": 3,
        "messages": 1,
        "already_here": 0,
        "root": False,
        "left": [],
    }
    kept = Channel.objects.values("id", "tenant", "name", "slug", "visibility").get()
    assert kept == {
        "id": UUID(channel["id"]),
        "tenant": None,
        "name": "Our choir",
        "slug": "our-choir",
        "visibility": "public",
    }
    stored = Event.objects.get()
    made = datetime.fromisoformat(MOMENT).replace(tzinfo=UTC)
    assert {name: getattr(stored, name) for name in EVENT} == {
        "id": UUID(event["id"]),
        "channel_id": UUID(channel["id"]),
        "tenant_id": None,
        "title": "Café",
        "slug": "cafe",
        "description": "**Bring** a cup",
        "start_time": datetime(2031, 5, 20, 18, tzinfo=UTC),
        "timezone": "Europe/Berlin",
        "end_time": datetime(2031, 5, 20, 20, 30, tzinfo=UTC),
        "location": "Betahaus",
        "capacity": 9,
        "is_private": True,
        "approval_required": True,
        "rsvps_closed": True,
        "rsvp_close_at": datetime(2031, 5, 19, 18, tzinfo=UTC),
        "created_at": made,
        "updated_at": made,
        "next_reminder_at": datetime(2031, 5, 19, 18, tzinfo=UTC),
    }
    answers = Rsvp.objects.order_by("name").values_list(*RSVP)
    assert list(answers) == [
        ("Ana", "she/her", "going", "approved", 2, True, made),
        ("Ben", "", "interested", "pending", 0, False, made),
        ("Cem", "", "not_going", "rejected", 0, False, made),
    ]
    assert find_differences() == []
    assert is_in_step()


EVENT = (
    *("id", "channel_id", "tenant_id", "title", "slug", "description", "start_time", "timezone"),
    *("end_time", "location", "capacity", "is_private", "approval_required", "rsvps_closed"),
    *("rsvp_close_at", "created_at", "updated_at", "next_reminder_at"),
)
RSVP = ("name", "pronouns", "attendance", "approval", "guest_count", "is_private", "created_at")


def test_old_links_open(old: OpenRsvp, api: Api) -> None:
    """On pages, as Bearer and in paths; the browser gets a link of ours."""
    event = old.event()
    gone, rsvp = old.rsvp(event, name="Ben"), old.rsvp(event)
    run("import_openrsvp", old.file)
    path, client = f"/api/v1/events/{event['id']}", Client()
    removed = api.delete(f"{path}/rsvps/{gone['rsvp_token']}", event["admin_token"])
    assert removed.status_code == 204
    guests = api.get(f"{path}/rsvps", event["admin_token"]).json()["rsvps"]
    assert [guest["name"] for guest in guests] == ["Ana"]
    assert api.get(f"{path}/rsvps/self", rsvp["rsvp_token"]).json()["rsvp"]["name"] == "Ana"
    changed = api.patch(f"{path}/rsvps/self", {"name": "Ada"}, rsvp["rsvp_token"])
    assert (changed.status_code, Rsvp.objects.get().name) == (200, "Ada")
    for old_link, clean in (
        (f"/e/{event['id']}/admin/{event['admin_token']}", f"/e/{event['id']}/admin"),
        (f"/e/{event['id']}/rsvp/{rsvp['rsvp_token']}", f"/e/{event['id']}/rsvp"),
    ):
        answer = client.get(old_link)
        assert (answer.status_code, answer["Location"]) == (303, clean)
        assert [cookie.value[:4] in ("cvo_", "cvr_") for cookie in answer.cookies.values()] == [
            True
        ]
        assert client.get(clean).status_code == 200
        assert event["admin_token"] not in client.get(clean).content.decode()


def test_old_links_open_nothing_else(old: OpenRsvp, api: Api) -> None:
    """An organizer's opens its own event, a guest's its own answer."""
    one, other = old.event(), old.event()
    rsvp = old.rsvp(one)
    run("import_openrsvp", old.file)
    for token in (one["admin_token"], rsvp["rsvp_token"]):
        assert api.get(f"/api/v1/events/{other['id']}/rsvps", token).status_code == 403
    assert api.get(f"/api/v1/events/{one['id']}/rsvps", rsvp["rsvp_token"]).status_code == 403
    unknown = "x" * 43
    assert api.get(f"/api/v1/events/{one['id']}/rsvps", unknown).status_code == 403


def test_until_they_are_replaced(old: OpenRsvp, api: Api) -> None:
    """A new link ends the old one, and so does withdrawing the answer."""
    event = old.event()
    first, second = old.rsvp(event), old.rsvp(event)
    run("import_openrsvp", old.file)
    event_id = UUID(event["id"])
    rotate_link(event_id=event_id, link_id=EventLink.objects.get().id)
    rotate_guest_link(event_id=event_id, rsvp_id=UUID(first["id"]))
    delete_rsvp(event_id=event_id, rsvp_id=UUID(second["id"]))
    path = f"/api/v1/events/{event['id']}"
    assert api.get(f"{path}/rsvps", event["admin_token"]).status_code == 403
    for rsvp in (first, second):
        assert api.get(f"{path}/rsvps/self", rsvp["rsvp_token"]).status_code == 404
    assert ImportedToken.objects.count() == 3
    run("purge", "--yes")
    assert ImportedToken.objects.count() == 0


def test_the_old_root_token(old: OpenRsvp, api: Api) -> None:
    """Opens every event if that is asked for, and until the root token is rotated."""
    root, event = old.root(), old.event()
    path = f"/api/v1/events/{event['id']}/rsvps"
    assert run_json("import_openrsvp", old.file)["root"] is False
    assert api.get(path, root).status_code == 403
    assert run_json("import_openrsvp", old.file, "--with-root", "--dry-run")["root"] is True
    assert api.get(path, root).status_code == 403
    assert run_json("import_openrsvp", old.file, "--with-root")["root"] is True
    assert api.get(path, root).status_code == 200
    rotate_root_token()
    assert api.get(path, root).status_code == 403


def test_no_token_is_kept(old: OpenRsvp, everything_stored: Stored) -> None:
    """Whoever reads the database finds no key in it."""
    root, event = old.root(), old.event()
    rsvp = old.rsvp(event)
    run("import_openrsvp", old.file, "--with-root")
    assert ImportedToken.objects.count() == 3
    stored = str(everything_stored())
    assert event["id"].replace("-", "") in stored.replace("-", "")
    assert [key in stored for key in (root, event["admin_token"], rsvp["rsvp_token"])] == [
        False
    ] * 3


def test_twice(old: OpenRsvp, everything_stored: Stored) -> None:
    """The second time changes nothing, also where people went on here in the meantime."""
    event = old.event(channel_id=old.channel()["id"])
    withdrawn = old.rsvp(event)
    old.message(event)
    run("import_openrsvp", old.file)
    delete_rsvp(event_id=UUID(event["id"]), rsvp_id=UUID(withdrawn["id"]))
    before = everything_stored()
    again = run_json("import_openrsvp", old.file)
    assert {name: again[name] for name in ("channels", "events", "rsvps", "already_here")} == {
        "channels": 0,
        "events": 0,
        "rsvps": 0,
        "already_here": 1,
    }
    assert everything_stored() == before
    later = old.event()
    assert run_json("import_openrsvp", old.file)["events"] == 1
    assert Event.objects.filter(pk=later["id"]).exists()


@pytest.mark.once
def test_a_dry_run(old: OpenRsvp, everything_stored: Stored) -> None:
    """Says the same and writes nothing."""
    event = old.event(channel_id=old.channel()["id"])
    old.rsvp(event)
    before = everything_stored()
    dry = run_json("import_openrsvp", old.file, "--dry-run")
    assert everything_stored() == before
    assert dry == run_json("import_openrsvp", old.file) | {"dry_run": True}


def test_who_reads_which_message(old: OpenRsvp) -> None:
    """Never more people than there; log lines of kinds we do not have are the organizers'."""
    event = old.event()
    rsvp = old.rsvp(event)["id"]
    cases = [
        (None, "event_update", "public", ("organizer", "event_update", "public")),
        (None, "event_update", "admin", ("organizer", "event_update", "admin")),
        (None, "event_update", "attendee", ("organizer", "event_update", "admin")),
        (None, "event_internal", "public", ("organizer", "event_internal", "admin")),
        (None, "moved", "public", ("system", "event_internal", "admin")),
        (rsvp, "user_note", "admin", ("guest", "user_note", "attendee")),
        (rsvp, "admin_message", "attendee", ("organizer", "admin_message", "attendee")),
        (rsvp, "admin_message", "admin", ("organizer", "admin_note", "admin")),
        (rsvp, "rejection_reason", "attendee", ("organizer", "rejection_reason", "attendee")),
        (rsvp, "admin_note", "attendee", ("organizer", "admin_note", "admin")),
        (rsvp, "rsvp_created", "public", ("system", "admin_note", "admin")),
        (rsvp, "force_accept", "admin", ("system", "admin_note", "admin")),
        (rsvp, "event_update", "public", ("system", "admin_note", "admin")),
    ]
    ids = [
        old.message(event, rsvp_id=about, message_type=kind, visibility=seen)["id"]
        for about, kind, seen, _ in cases
    ]
    alone = old.message(None, rsvp_id=rsvp, message_type="user_note")["id"]
    assert run_json("import_openrsvp", old.file)["messages"] == len(cases) + 1
    stored = {
        str(id): (author, kind, seen)
        for id, author, kind, seen in Message.objects.values_list(
            "id", "author", "type", "visibility"
        )
    }
    assert [stored[id] for id in ids] == [expected for *_, expected in cases]
    assert stored[alone] == ("guest", "user_note", "attendee")


def test_what_does_not_fit(old: OpenRsvp) -> None:
    """Is cut, left out or corrected, and the report says what and why."""
    long = old.event(title="x" * 300, description="y\x00\x07z")
    backwards = old.event(end_time="2031-05-20 17:00:00.000000", max_attendees=0)
    wrong = old.event(start_time="soon")
    old.event(id="7")
    nobody = old.rsvp(long, name="", rsvp_token="short")
    linked = old.rsvp(long, name="see www.example.com/x")
    odd = [old.rsvp(long, **values) for values in ODD]
    of_odd = old.message(long, rsvp_id=odd[0]["id"], message_type="user_note")
    empty = old.message(long, content="  ")
    lost_rsvp = {"id": "nowhere"}
    old.rsvp(lost_rsvp)
    old.message(lost_rsvp)
    old.message(None)
    said = run_json("import_openrsvp", old.file)
    assert (said["events"], said["rsvps"], said["messages"]) == (2, 2, 0)
    left = {(each["what"], name) for each in said["left"] for name in each["examples"]}
    assert left == {
        *(("events", each["id"]) for each in (long, backwards, wrong)),
        ("events", "7"),
        *(("RSVPs", each["id"]) for each in odd),
        *(("messages", each["id"]) for each in (of_odd, empty)),
        ("links", nobody["id"]),
        *{("RSVPs", ""), ("messages", "")},
    }
    numbers = {each["what"]: each["number"] for each in said["left"] if each["examples"] == [""]}
    assert numbers == {"RSVPs": 1, "messages": 2}
    stored = Event.objects.get(pk=long["id"])
    assert (stored.title, stored.description) == ("x" * 255, "yz")
    stored = Event.objects.get(pk=backwards["id"])
    assert (stored.end_time, stored.capacity) == (None, None)
    names = dict(Rsvp.objects.values_list("id", "name"))
    assert names == {UUID(nobody["id"]): "Guest", UUID(linked["id"]): "see www. example. com/ x"}


ODD: list[dict[str, Any]] = [
    {"attendance_status": "perhaps"},
    {"status": None},
    {"guest_count": -1},
    {"guest_count": 101},
    {"guest_count": "many"},
    {"is_private": 2},
    {"created_at": None},
    {"id": "no id"},
    {"name": 7.5},
]


def test_more_guests_than_seats(old: OpenRsvp) -> None:
    """They were let in there: they stay, and nobody else gets in."""
    event = old.event(max_attendees=2)
    for _ in range(3):
        old.rsvp(event)
    said = run_json("import_openrsvp", old.file)
    assert [(each["what"], each["examples"]) for each in said["left"]] == [
        ("events", [event["id"]])
    ]
    stored = Event.objects.get()
    assert (stored.seats_taken, stored.seats_forced, stored.capacity) == (3, 1, 2)


def test_channels_that_are_here(old: OpenRsvp) -> None:
    """Its address leads to one channel: an open one is joined, any other is not."""
    cast = make_cast()
    open_one = make_channel("Choir")
    make_channel("Theirs", tenant=cast.tenant)
    secret = make_channel("Secret", visibility="private")
    joined = old.event(channel_id=old.channel(slug="choir")["id"])
    theirs = old.event(channel_id=old.channel(slug="theirs")["id"])
    shown = old.event(channel_id=old.channel(slug=secret.slug)["id"])
    hidden = old.channel(slug="x", visibility="private")
    private = old.event(channel_id=hidden["id"])
    bad = old.event(channel_id=old.channel(slug="a/b")["id"])
    said = run_json("import_openrsvp", old.file)
    assert said["channels"] == 1
    channels = {str(id): of and str(of) for id, of in Event.objects.values_list("id", "channel")}
    assert channels == {
        joined["id"]: str(open_one.id),
        private["id"]: hidden["id"],
        **dict.fromkeys([theirs["id"], shown["id"], bad["id"]]),
    }
    for address in ("/channel/choir", "/channel/p/x"):
        answer = Client().get(address, follow=True)
        slug = address.rpartition("/")[2]
        assert (answer.redirect_chain, answer.status_code) == ([(f"/c/{slug}", 301)], 200)


def test_slugs_within_a_channel(old: OpenRsvp) -> None:
    """No two events of a channel share one, whenever they came."""
    channel = old.channel()["id"]
    old.event(channel_id=channel)
    run("import_openrsvp", old.file)
    old.event(channel_id=channel)
    old.event(channel_id=channel)
    run("import_openrsvp", old.file)
    slugs = list(Event.objects.values_list("slug", flat=True))
    assert len(set(slugs)) == 3
    assert [slug.startswith("garden-party") for slug in slugs] == [True] * 3


@pytest.mark.once
def test_files_that_are_none(tmp_path: Path, old: OpenRsvp, everything_stored: Stored) -> None:
    """Each is refused, and nothing is written."""
    text = tmp_path / "notes.txt"
    text.write_text("not a database, whatever it is called; " * 50)
    before = everything_stored()
    assert refusal("import_openrsvp", tmp_path / "none.db") == "no_such_file"
    assert refusal("import_openrsvp", tmp_path) == "no_such_file"
    assert refusal("import_openrsvp", text) == "file: not_openrsvp"
    assert refusal("import_openrsvp", old.file, "--timezone", "Mars") == "timezone: bad_zone"
    old.event()
    old.run("ALTER TABLE rsvps DROP COLUMN guest_count")
    assert refusal("import_openrsvp", old.file) == "file: not_openrsvp"
    assert everything_stored() == before


def test_what_it_prints(old: OpenRsvp) -> None:
    """The numbers, and a line for each reason."""
    wrong = old.event(start_time="soon")
    assert run("import_openrsvp", old.file, "--dry-run").splitlines() == [
        "0 channels, 0 events, 0 RSVPs and 0 messages; already here: 0 events.",
        "1 event: Left out: start_time: Use an ISO 8601 date and time, like "
        f"2026-05-20T18:00:00Z. ({wrong['id']})",
        "Nothing was written. Run again without --dry-run to import this.",
    ]
