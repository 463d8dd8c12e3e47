"""export_event and import_event: one event as a file, and back to life elsewhere."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.storage import default_storage
from django.test import Client

from accounts.models import Image
from comments.models import Comment, Message
from events.models import Event, EventLink, LiveRoom, Question, Tier
from operations.recount import find_differences
from rsvps.domain.capacity import recount
from rsvps.models import CheckIn, Rsvp
from tests.conftest import Api
from tests.makers import MadeEvent, make_event, make_rsvp, make_tier
from tests.operations.archive import (
    changed,
    empty_instance,
    exported,
    full_event,
    tenant_event,
)
from tests.root import refusal, run, run_json
from tests.tenant_cast import Cast, make_cast

pytestmark = pytest.mark.django_db
MODELS = (Event, LiveRoom, Tier, Question, EventLink, Rsvp, CheckIn, Message, Comment, Image)


@pytest.fixture
def cast() -> Cast:
    """Two tenants."""
    return make_cast()


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every model an archive carries. ``version`` counts writes and may differ."""
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}
    for event in rows["Event"]:
        event.pop("version")
    return rows


def seen(api: Api, event: MadeEvent, guest: str) -> list[bytes]:
    """What the public, a guest and the owner read of an event, byte for byte."""
    answers = [
        api.get(event.path),
        api.get(f"{event.path}/rsvps/self", guest),
        api.get(f"{event.path}/rsvps", event.owner_token),
        api.get(f"{event.path}/event.ics"),
    ]
    assert {answer.status_code for answer in answers} == {200}
    return [answer.content for answer in answers]


def test_there_and_back(api: Api, tmp_path: Path) -> None:
    """With accounts and channel in place every row is as it was, every answer the same to the
    byte, and every link opens."""
    event, guests = full_event()
    answers, rows = seen(api, event, guests["Ana"].token), everything()
    archive = exported(event, tmp_path)
    empty_instance(accounts=True, channels=True)
    assert api.get(event.path).status_code == 404
    done = run_json("import_event", archive)
    assert (done["event_id"], done["rsvps"], done["notes"]) == (str(event.id), 4, [])
    assert everything() == rows
    assert seen(api, event, guests["Ana"].token) == answers
    assert recount(event.id)._asdict().items() <= event.stored.__dict__.items()
    assert find_differences() == []


def test_a_crowded_event(tmp_path: Path) -> None:
    """Whoever is in beyond the capacity of the event or a tier was let in before it moved."""
    event = make_event(capacity=1)
    tier = make_tier(event, capacity=2)
    make_rsvp(event, tier_id=tier.pk, guest_count=4, force=True)
    archive = exported(event, tmp_path)
    empty_instance()
    run("import_event", archive)
    assert (event.stored.seats_forced, Tier.objects.get(pk=tier.pk).seats_forced) == (4, 3)


def test_on_an_empty_instance(api: Api, tmp_path: Path) -> None:
    """Nobody and no channel there: the public answer differs in the channel and nothing else, and
    guests keep their links and tickets."""
    event, guests = full_event()
    before, ticket = api.get(event.path).json(), guests["Ana"].ticket
    archive = exported(event, tmp_path)
    empty_instance()
    done = run_json("import_event", archive)
    assert done["notes"] == [
        "There is no channel atx-cigars it may join, so it is in none.",
        "Guests whose account does not exist here: 1. They can use their links.",
        "2 comments were left out: their authors have no account here.",
    ]
    after = api.get(event.path).json()
    assert before["event"].pop("channel")["name"] == "ATX Cigars"
    assert "channel" not in after["event"] or after["event"].pop("channel") is None
    assert after == before
    for name in ("Ana", "Dora"):
        page = Client().get(f"/e/{event.id}/rsvp/{guests[name].token}")
        assert page.status_code == 303
    assert api.get(f"{event.path}/rsvps/self", guests["Ben"].token).status_code == 404
    assert api.get(f"{event.path}/rsvps", event.owner_token).status_code == 200
    scan = api.post(f"{event.path}/check-ins", {"ticket": ticket}, event.owner_token)
    assert (scan.status_code, scan.json()["check_in"]["already_checked_in"]) == (200, True)
    assert find_differences() == []
    kept = Comment.objects.order_by("created_at").values_list("rsvp_id", "name", "body")
    assert list(kept) == [(guests["Ben"].id, "", "No!"), (None, "Ada", "No!")]


def test_another_capability_key(api: Api, tmp_path: Path, settings: Any) -> None:
    """Without the key that was carried no old link opens: nothing in the archive is a key."""
    event, guests = full_event()
    archive = exported(event, tmp_path)
    empty_instance()
    settings.CAPABILITY_KEYS = ["a key of somebody else's instance, long enough to be one"]
    run("import_event", archive)
    assert api.get(f"{event.path}/rsvps", event.owner_token).status_code == 403
    assert api.get(f"{event.path}/rsvps/self", guests["Ana"].token).status_code == 404
    with zipfile.ZipFile(archive) as content:
        text = b"".join(content.read(name) for name in content.namelist())
    for token in (event.owner_token, guests["Ana"].token, guests["Ana"].ticket):
        assert token.encode() not in text


def test_what_it_prints(tmp_path: Path) -> None:
    """One line for the archive, which only its owner can read; one for the event and its notes."""
    event = make_event(title="Tea", channel_name="Club")
    make_rsvp(event)
    target = tmp_path / "tea.zip"
    said = run("export_event", event.id, target)
    size = target.stat().st_size
    assert said == f"{target}  Tea: 1 RSVPs, 0 messages, 0 comments, {size} bytes"
    assert target.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["tea.zip"]
    empty_instance()
    lines = run("import_event", target).splitlines()
    assert lines == [
        f"http://127.0.0.1:8000/e/{event.id}  Tea: 1 RSVPs",
        "Note: There is no channel club it may join, so it is in none.",
    ]


@pytest.mark.once
def test_exports_that_are_refused(tmp_path: Path) -> None:
    """An unknown event, a file that is there, a folder that is not."""
    event = make_event()
    taken = tmp_path / "taken.zip"
    taken.write_text("mine")
    assert refusal("export_event", uuid4(), tmp_path / "a.zip") == "event_not_found"
    assert refusal("export_event", event.id, taken) == "file_exists"
    nowhere = tmp_path / "no" / "a.zip"
    assert refusal("export_event", event.id, nowhere) == "no_such_folder"
    assert refusal("export_event", "x", taken).endswith("'x' is not a valid id")
    assert taken.read_text() == "mine"


def test_a_tenants_event(api: Api, cast: Cast, tmp_path: Path) -> None:
    """It finds its tenant, creator, channel and place in it by slug and address."""
    event = tenant_event(cast)
    rows = everything()
    archive = exported(event, tmp_path)
    empty_instance(accounts=True, channels=True)
    assert run_json("import_event", archive)["notes"] == []
    assert everything() == rows


def test_what_belongs_to_others_is_not_joined(cast: Cast, tmp_path: Path) -> None:
    """Without its tenant an event joins no tenant's channel; a slug that is taken changes, and a
    featured event stays featured."""
    event = tenant_event(cast)
    archive = exported(event, tmp_path)
    empty_instance(accounts=True, channels=True)
    cast.event(title=event_title(archive), channel_name="Club", featured=True)
    done = run_json("import_event", archive)
    stored = event.stored
    assert done["notes"] == [
        f"Its slug was taken; it is now {stored.slug}.",
        "It is not featured: its channel features another event.",
    ]
    assert (stored.featured, stored.channel and stored.channel.slug) == (False, "club")
    assert stored.slug.startswith("garden-party-")
    other = changed(
        archive,
        lambda rows: rows["event"].update(tenant=cast.other.slug, creator="nobody@example.org"),
    )
    done = run_json("import_event", other, "--replace")
    assert done["notes"] == [
        "There is no account nobody@example.org here, so it has no creator.",
        "There is no channel club it may join, so it is in none.",
    ]
    stored = event.stored
    assert (stored.tenant_id, stored.channel_id) == (cast.other.pk, None)
    assert (stored.creator_id, stored.featured) == (None, False)
    nowhere = changed(archive, lambda rows: rows["event"].update(tenant="gone"))
    done = run_json("import_event", nowhere, "--replace")
    assert done["notes"][0] == "There is no tenant gone here, so the event has none."
    assert (event.stored.tenant_id, event.stored.channel_id) == (None, None)


def event_title(archive: Path) -> str:
    """The title in an archive."""
    with zipfile.ZipFile(archive) as content:
        return str(json.loads(content.read("event.json"))["event"]["title"])


def test_an_event_that_is_here(
    api: Api, tmp_path: Path, everything_stored: Callable[[], dict[str, list[str]]]
) -> None:
    """Refused; --replace puts the archive in its place, newer than what caches know."""
    event, guests = full_event()
    archive = exported(event, tmp_path)
    late = make_rsvp(event, name="Late", attendance="interested")
    before, version = everything_stored(), event.stored.version
    assert refusal("import_event", archive) == "event_present"
    assert everything_stored() == before
    assert run_json("import_event", archive, "--replace")["rsvps"] == 4
    assert not Rsvp.objects.filter(pk=late.id).exists()
    assert event.stored.version > version
    assert api.get(f"{event.path}/rsvps/self", guests["Ana"].token).status_code == 200
    assert find_differences() == []


def test_the_cover_is_stored_again(tmp_path: Path) -> None:
    """Byte for byte, under the name it had."""
    event, _ = full_event()
    image = Image.objects.get()
    content = default_storage.open(str(image.file.name)).read()
    archive = exported(event, tmp_path)
    empty_instance()
    assert not default_storage.exists(str(image.file.name))
    run("import_event", archive)
    stored = Image.objects.get()
    assert (stored.pk, stored.file.name) == (image.pk, image.file.name)
    assert default_storage.open(str(stored.file.name)).read() == content


def test_a_cover_whose_file_is_lost(tmp_path: Path) -> None:
    """The event goes without it; the rest comes along."""
    event, _ = full_event()
    default_storage.delete(str(Image.objects.get().file.name))
    archive = exported(event, tmp_path)
    empty_instance()
    run("import_event", archive)
    assert event.stored.cover_id is None
    assert Rsvp.objects.count() == 4


def test_a_cover_that_several_events_show(cast: Cast, tmp_path: Path) -> None:
    """The tenant's image is there already, for the other event: it is shown by both."""
    event = tenant_event(cast)
    archive = exported(event, tmp_path)
    cover = event.stored.cover_id
    other = cast.event(cover_id=cover)
    run("root_events", "--delete", event.id, "--yes")
    run("import_event", archive)
    assert event.stored.cover_id == other.stored.cover_id == cover
    assert Image.objects.count() == 1


def test_the_export_takes_few_queries(
    queries_of: Callable[[Callable[[], Any]], int], tmp_path: Path
) -> None:
    """However many RSVPs there are."""
    event, _ = full_event()
    few = queries_of(lambda: exported(event, tmp_path))
    for number in range(20):
        make_rsvp(event, attendance="interested", name=f"Guest {number}")
    assert queries_of(lambda: exported(event, tmp_path)) == few
