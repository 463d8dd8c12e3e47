"""import_event refuses what is broken, too large, too new, or not as it should be; and leaves
nothing behind."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.db import connection

from events.models import Event, EventLink
from operations.archive import columns, reading, storing, unpacking, writing
from operations.recount import find_differences
from rsvps.models import Rsvp
from tests.makers import make_event, make_rsvp, make_tier
from tests.operations.archive import (
    changed,
    empty_instance,
    exported,
    full_event,
    keep_picture,
    refiled,
)
from tests.root import refusal, run

pytestmark = [pytest.mark.django_db, pytest.mark.once]
OTHER_ID = "11111111-1111-4111-8111-111111111111"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A full event's archive; the instance is empty, but for its accounts."""
    event, _ = full_event()
    made = exported(event, tmp_path)
    empty_instance(accounts=True)
    return made


@pytest.fixture
def refused(
    everything_stored: Callable[[], dict[str, list[str]]],
) -> Callable[[Path], str]:
    """Why import_event refuses; no row and no file changed."""

    def check(source: Path, *options: str) -> str:
        before, files = everything_stored(), default_storage.listdir("images")
        said = refusal("import_event", source, *options)
        assert everything_stored() == before
        assert default_storage.listdir("images") == files
        return said

    return check


Change = Callable[[dict[str, Any]], Any]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda rows: rows.pop("rsvps"), "archive: archive_parts"),
        (lambda rows: rows.update(extra=[]), "archive: archive_parts"),
        (lambda rows: rows.update(rsvps={}), "rsvps: not_a_list"),
        (lambda rows: rows.update(event=None), "event: not_an_object"),
        (lambda rows: rows["rsvps"].append(7), "rsvps.4: not_an_object"),
        (lambda rows: rows["rsvps"][1].update(vip=True), "rsvps.1.vip: unknown_field"),
        (lambda rows: rows["rsvps"][1].pop("name"), "rsvps.1.name: required"),
        (lambda rows: rows["rsvps"][1].update(name=" "), "rsvps.1.name: "),
        (lambda rows: rows["rsvps"][1].update(name=None), "rsvps.1.name: null"),
        (lambda rows: rows["rsvps"][1].update(name=5), "rsvps.1.name: wrong_type"),
        (lambda rows: rows["rsvps"][0].update(name="a\x00b"), "rsvps.0.name: "),
        (lambda rows: rows["rsvps"][0].update(name="x" * 121), "rsvps.0.name: "),
        (lambda rows: rows["rsvps"][0].update(email="ana"), "rsvps.0.email: as_told"),
        (lambda rows: rows["rsvps"][0].update(id="1"), "rsvps.0.id: not_an_id"),
        (
            lambda rows: rows["rsvps"][0].update(id=rows["rsvps"][1]["id"]),
            "rsvps: duplicate_id",
        ),
        (lambda rows: rows["rsvps"][0].update(guest_count=-1), "rsvps.0.guest_count: as_told"),
        (lambda rows: rows["rsvps"][0].update(guest_count=101), "rsvps.0.guest_count: "),
        (lambda rows: rows["rsvps"][0].update(guest_count=True), "rsvps.0.guest_count: wrong_type"),
        (
            lambda rows: rows["rsvps"][0].update(guest_count=10**30),
            "rsvps.0.guest_count: wrong_type",
        ),
        (lambda rows: rows["rsvps"][0].update(attendance="yes"), "rsvps.0.attendance: as_told"),
        (lambda rows: rows["rsvps"][0].update(approval=""), "rsvps.0.approval: as_told"),
        (lambda rows: rows["rsvps"][0].update(is_private=1), "rsvps.0.is_private: wrong_type"),
        (lambda rows: rows["rsvps"][0].update(answers=[]), "rsvps.0.answers: not_an_object"),
        (
            lambda rows: rows["rsvps"][0].update(answers={"a": {"b": 1}}),
            "rsvps.0.answers: not_answers",
        ),
        (
            lambda rows: rows["rsvps"][0].update(answers={"a": "x" * 5001}),
            "rsvps.0.answers: not_answers",
        ),
        (
            lambda rows: rows["rsvps"][0].update(tier_id=OTHER_ID),
            "rsvps: dangling_row",
        ),
        (lambda rows: rows["rsvps"][0].update(user=["a"]), "rsvps.0.user: not_a_string"),
        (
            lambda rows: [rsvp.update(user="ana@example.org") for rsvp in rows["rsvps"]],
            "rsvps: answered_twice",
        ),
        (
            lambda rows: rows["rsvps"][0].update(created_at="2030-01-01T00:00:00"),
            "rsvps.0.created_at: offset_missing",
        ),
        (
            lambda rows: rows["rsvps"][0].update(created_at="9999-01-01T00:00:00Z"),
            "rsvps.0.created_at: ",
        ),
        (
            lambda rows: rows["rsvps"][0].update(created_at="soon"),
            "rsvps.0.created_at: ",
        ),
        (lambda rows: rows["event"].update(title=""), "event.title: as_told"),
        (lambda rows: rows["event"].update(slug="a b"), "event.slug: as_told"),
        (lambda rows: rows["event"].update(timezone="Mars/Base"), "event.timezone: "),
        (lambda rows: rows["event"].update(timezone=""), "event.timezone: as_told"),
        (lambda rows: rows["event"].update(tags="food"), "event.tags: "),
        (lambda rows: rows["event"].update(metadata=[1]), "event.metadata: "),
        (lambda rows: rows["event"].update(capacity=0), "event.capacity: "),
        (lambda rows: rows["event"].update(online_url="javascript:1"), "event.online_url: "),
        (
            lambda rows: rows["event"].update(end_time="2001-01-01T00:00:00+00:00"),
            "event.end_time: ",
        ),
        (lambda rows: rows["event"].update(version=-1), "event.version: as_told"),
        (lambda rows: rows["event"].update(seats_taken=1), "event.seats_taken: unknown_field"),
        (lambda rows: rows["tiers"][0].update(currency="XXQ"), "tiers.0.currency: "),
        (lambda rows: rows["tiers"][0].update(price_cents=10**12), "tiers.0.price_cents: "),
        (lambda rows: rows["questions"][0].update(kind="secret"), "questions.0.kind: "),
        (lambda rows: rows["questions"][0].update(options=[1]), "questions.0.options: "),
        (
            lambda rows: rows["questions"][0].update(tier_id=OTHER_ID),
            "questions: dangling_row",
        ),
        (lambda rows: rows["links"][0].update(role="root"), "links.0.role: as_told"),
        (
            lambda rows: rows["check_ins"][0].update(link_id=OTHER_ID),
            "check_ins: dangling_row",
        ),
        (
            lambda rows: rows["check_ins"][0].update(rsvp_id=OTHER_ID),
            "check_ins: dangling_row",
        ),
        (
            lambda rows: [each.update(admitted=True) for each in rows["check_ins"]],
            "archive_clashes",
        ),
        (
            lambda rows: [each.update(content="") for each in rows["messages"]],
            "messages.0.content: as_told",
        ),
        (
            lambda rows: [each.update(visibility="public") for each in rows["messages"]],
            "messages.",
        ),
        (
            lambda rows: rows["comments"][0].update(content_type="article"),
            "comments: comment_elsewhere",
        ),
        (
            lambda rows: rows["comments"][0].update(content_id=OTHER_ID),
            "comments: comment_elsewhere",
        ),
        (lambda rows: rows["comments"][0].update(body=" "), "comments.0.body: "),
        (lambda rows: rows["comments"][0].update(name="a\nb"), "comments.0.name: "),
        (lambda rows: rows["comments"][0].update(rsvp_id=OTHER_ID), "comments: "),
        (lambda rows: rows["rsvps"][0].update(guest_names=["x"] * 6), "rsvps.0.guest_names: "),
        (lambda rows: rows["live_room"].update(playback_url="ftp://x"), "live_room.playback_url: "),
        (lambda rows: rows["live_room"].update(recordings=[{}]), "live_room.recordings.0.url: "),
        (lambda rows: rows.update(image=None), "image: image_undescribed"),
        (lambda rows: rows["image"].update(width=4), "image: image_differs"),
        (lambda rows: rows["image"].update(size=1), "image: image_differs"),
        (lambda rows: rows["image"].update(mime_type="text/html"), "image: image_differs"),
        (lambda rows: rows["image"].update(extension="svg"), "image: image_differs"),
        (lambda rows: rows["event"].update(cover_id=None), "image: image_differs"),
    ],
)
def test_rows_that_are_refused(
    archive: Path, refused: Callable[[Path], str], change: Change, said: str
) -> None:
    """One line that names the kind, the row and the field."""
    told = refused(changed(archive, change))
    assert told.startswith(said)
    assert "\n" not in told


def test_a_column_that_older_archives_lack(archive: Path) -> None:
    """It takes its default, as on a row from before the column."""

    def forget(rows: dict[str, Any]) -> None:
        for name in ("hide_location", "edit_version"):
            rows["event"].pop(name)
        for rsvp in rows["rsvps"]:
            for name in ("pronouns", "edit_version"):
                rsvp.pop(name)

    run("import_event", changed(archive, forget))
    event = Event.objects.get()
    assert (event.hide_location, event.edit_version) == (False, 1)
    assert set(Rsvp.objects.values_list("pronouns", "edit_version")) == {("", 1)}


def _named(name: str) -> Callable[[dict[str, bytes]], Any]:
    return lambda files: files.update({name: b"x"})


def _manifest(content: object) -> Callable[[dict[str, bytes]], Any]:
    return lambda files: files.update({"manifest.json": json.dumps(content).encode()})


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda files: files.pop("manifest.json"), "archive: not_an_archive"),
        (lambda files: files.pop("event.json"), "archive: not_an_archive"),
        (_manifest({}), "archive: not_an_archive"),
        (_manifest([]), "archive: not_an_archive"),
        (_manifest({"format": True}), "archive: not_an_archive"),
        (_manifest({"format": 2}), "archive: newer_archive"),
        (lambda files: files.update({"event.json": b"{"}), "archive: archive_unreadable"),
        (
            lambda files: files.update({"event.json": b"[" * 100_000}),
            "archive: archive_unreadable",
        ),
        (lambda files: files.update({"event.json": b"[]"}), "archive: not_an_object"),
        (_named("../../evil"), "archive: foreign_files"),
        (_named("images/../../evil"), "archive: foreign_files"),
        (_named("/etc/evil"), "archive: foreign_files"),
        (_named("images/second.jpg"), "archive: foreign_files"),
    ],
)
def test_archives_that_are_refused(
    archive: Path,
    refused: Callable[[Path], str],
    change: Callable[[dict[str, bytes]], Any],
    said: str,
) -> None:
    """Whatever is wrong with the archive itself; nothing is ever unpacked to a path it names."""
    assert refused(refiled(archive, change)).startswith(said)
    assert not list(archive.parent.rglob("evil*"))


def test_an_image_that_is_none(archive: Path, refused: Callable[[Path], str]) -> None:
    """Markup under an image's name is refused, whatever size the archive claims."""

    def disguise(files: dict[str, bytes]) -> None:
        rows = json.loads(files["event.json"])
        rows["image"]["size"] = 20
        files["event.json"] = json.dumps(rows).encode()
        name = next(name for name in files if name.startswith("images/"))
        files[name] = b"<script>1</script>  "

    assert refused(refiled(archive, disguise)) == ("image: image_differs")


@pytest.mark.parametrize("limit", ["MANIFEST_BYTES", "ROWS_BYTES", "IMAGE_BYTES"])
def test_archives_that_unpack_to_too_much(
    archive: Path, refused: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch, limit: str
) -> None:
    """What is read is limited, whatever sizes the archive claims."""
    monkeypatch.setattr(unpacking if limit == "MANIFEST_BYTES" else reading, limit, 10)
    assert refused(archive) == "archive_file_too_large"


def test_a_bomb(archive: Path, refused: Callable[[Path], str]) -> None:
    """A gigabyte of zeros in a megabyte is read no further than the limit."""

    def inflate(files: dict[str, bytes]) -> None:
        name = next(name for name in files if name.startswith("images/"))
        files[name] = bytes(columns.IMAGE_BYTES + 1)

    bomb = refiled(archive, inflate)
    assert bomb.stat().st_size < columns.IMAGE_BYTES / 100
    assert refused(bomb) == "archive_file_too_large"


def test_events_too_large_for_an_archive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused when it is written, not when it is needed."""
    monkeypatch.setattr(writing, "ROWS_BYTES", 100)
    event = make_event()
    assert refusal("export_event", event.id, tmp_path / "event.zip") == "archive_too_large"
    assert list(tmp_path.iterdir()) == []


def test_files_that_are_no_archive(archive: Path, refused: Callable[[Path], str]) -> None:
    """None, a folder, a text, half an archive, a flipped bit."""
    whole = bytearray(archive.read_bytes())
    half, flipped, text = (archive.with_name(name) for name in ("half", "flipped", "text"))
    half.write_bytes(whole[: len(whole) // 2])
    with zipfile.ZipFile(archive) as content:
        place = content.getinfo("event.json").header_offset + 100
    whole[place] ^= 1
    flipped.write_bytes(whole)
    text.write_text("hello")
    for broken in (half, flipped, text, archive.parent):
        assert refused(broken) == "archive: not_an_archive"
    assert refused(archive.with_name("none")) == "no_such_file"


def test_ids_that_are_taken(tmp_path: Path, refused: Callable[..., str]) -> None:
    """An RSVP, link or tier of another event is neither taken over nor changed."""
    event = make_event(cover_id=keep_picture().id)
    make_tier(event)
    make_rsvp(event, attendance="interested")
    mine = exported(event, tmp_path)
    victim = make_event()
    victims = {
        "rsvps": make_rsvp(victim, attendance="interested").id,
        "links": EventLink.objects.get(event_id=victim.id).pk,
        "tiers": make_tier(victim, name="Theirs").pk,
    }
    for kind, taken in victims.items():
        theft = changed(mine, lambda rows, k=kind, t=taken: rows[k][0].update(id=str(t)))  # type: ignore[misc]
        assert refused(theft, "--replace") == "archive_clashes"
    assert find_differences() == []


def test_a_failure_at_the_last_moment(
    archive: Path, refused: Callable[[Path], str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rows and the cover's file are taken back together."""
    stored = []

    def fail(event_id: Any) -> None:
        stored.extend(default_storage.listdir("images")[1])
        raise KeyboardInterrupt

    monkeypatch.setattr(storing, "restate", fail)
    with pytest.raises(KeyboardInterrupt):
        run("import_event", archive)
    assert len(stored) == 2  # with its one size
    assert default_storage.listdir("images") == ([], [])
    assert not Event.objects.exists()
    assert not connection.needs_rollback
