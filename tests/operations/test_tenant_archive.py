"""export_tenant and import_tenant: an organisation as a file, and back to life elsewhere."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.test import Client
from django.utils import timezone
from PIL import Image as Pillow

from access.imported import Opened, keep_tokens
from accounts.enums import TokenKind
from accounts.models import ApiKey, Image, Tenant, User
from channels.models import Channel
from comments.models import Comment, Message
from events.models import Event, EventLink, LiveRoom, Question, Series, Tier
from operations.archive import export_tenant, storing, tenant_reading
from operations.recount import find_differences
from operations.reindex import is_in_step
from outbox.models import Change
from rsvps.models import CheckIn, Rsvp
from tests.conftest import Api
from tests.makers import MadeEvent, make_channel, make_event, make_rsvp, make_series, occurrences
from tests.operations.archive import empty_instance, full_event, keep_picture, refiled
from tests.root import refusal, run, run_json
from tests.tenant_cast import Cast, make_cast

pytestmark = pytest.mark.django_db
MODELS = (
    *(Tenant, User, Channel, Image, ApiKey, Series, Event, LiveRoom, Tier, Question, EventLink),
    *(Rsvp, CheckIn, Message, Comment),
)
# What an archive does not carry, or what counts writes.
OTHERWISE = {"version", "password", "digest", "revoked_at", "avatar", "banner", "moderator"}
Stored = Callable[[], dict[str, list[str]]]


@pytest.fixture
def cast() -> Cast:
    """Two tenants, of which the second owns nothing."""
    made = make_cast()
    User.objects.filter(tenant=made.other).delete()
    User.objects.filter(tenant=None).delete()
    made.other.delete()
    return made


def picture(color: str) -> ContentFile[bytes]:
    """A small PNG file."""
    drawn = io.BytesIO()
    Pillow.new("RGB", (3, 2), color).save(drawn, "PNG")
    return ContentFile(drawn.getvalue())


def full_tenant(cast: Cast) -> MadeEvent:
    """A tenant with a row of every kind; its fullest event."""
    tenant, actor = cast.tenant, cast.creator.actor
    shown = keep_picture(tenant.pk)
    event, _ = full_event(actor=actor, cover_id=shown.id, channel_name="Club", featured=True)
    User.objects.filter(tenant=None).update(tenant=tenant)
    cast.event(cover_id=shown.id, channel_name="Circle", channel_visibility="private")
    series = make_series("FREQ=WEEKLY;COUNT=4", actor=actor)
    make_rsvp(occurrences(series)[2], name="Ben")
    keep_picture(tenant.pk)
    cast.creator.user.avatar.save("me.png", picture("red"))
    Channel.objects.get(name="Club").banner.save("club.png", picture("blue"))
    make_channel("Private room", "private", tenant)
    Comment.objects.create(
        tenant=tenant, content_type="video", content_id="1", author=cast.colleague.user, body="Hi"
    )
    Comment.objects.filter(tenant=None).update(tenant=tenant)
    Tenant.objects.filter(pk=tenant.pk).update(blocked_terms=["spam"], max_links=2)
    return event


def everything() -> dict[str, list[dict[str, Any]]]:
    """Every row of every model that an archive carries, as it carries it."""
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in MODELS}
    for kind in rows.values():
        for row in kind:
            for name in OTHERWISE & row.keys():
                del row[name]
    return rows


def exported(tenant: Tenant, folder: Path) -> Path:
    """The tenant's archive."""
    return export_tenant(slug=tenant.slug, target=folder / "acme.zip", now=timezone.now()).file


def wipe() -> None:
    """Leaves nothing."""
    empty_instance()
    Series.objects.all().delete()
    Tenant.objects.all().delete()
    for folder in ("avatars", "banners"):
        for file in listed(folder):
            default_storage.delete(f"{folder}/{file}")


def listed(folder: str) -> list[str]:
    """The files in a folder of the storage."""
    try:
        return default_storage.listdir(folder)[1]
    except FileNotFoundError:
        return []


@pytest.fixture
def archive(cast: Cast, tmp_path: Path) -> Path:
    """A full tenant's archive; the instance is empty."""
    full_tenant(cast)
    made = exported(cast.tenant, tmp_path)
    wipe()
    return made


def files() -> dict[str, list[str]]:
    """What is in the storage, by folder."""
    return {each: listed(each) for each in ("images", "avatars", "banners")}


def test_there_and_back(api: Api, cast: Cast, tmp_path: Path) -> None:
    """On an empty instance every row is as it was and every link opens."""
    event = full_tenant(cast)
    guest = make_rsvp(event, name="Eve", attendance="interested")
    before, stored = everything(), {name: len(found) for name, found in files().items()}
    archive = exported(cast.tenant, tmp_path)
    wipe()
    assert api.get(event.path).status_code == 404
    done = run_json("import_tenant", archive)
    counts = {name: len(before[model]) for name, model in COUNTED.items()}
    said = {name: done[name] for name in counts}
    assert said == counts | {"comments": 1}
    assert everything() == before
    assert {name: len(found) for name, found in files().items()} == stored
    assert api.get(f"{event.path}/rsvps", event.owner_token).status_code == 200
    assert api.get(f"{event.path}/rsvps/self", guest.token).json()["rsvp"]["name"] == "Eve"
    assert (find_differences(), is_in_step()) == ([], True)
    # Nobody could have asked to be told.
    assert not Change.objects.filter(data__has_key="imported").exists()
    shown = [User.objects.exclude(avatar="").get().avatar, *(e.file for e in Image.objects.all())]
    assert [Client().get(f"/media/{each.name}").status_code for each in shown] == [200] * 3


COUNTED = {
    "users": "User",
    "channels": "Channel",
    "images": "Image",
    "api_keys": "ApiKey",
    "events": "Event",
    "rsvps": "Rsvp",
    "comments": "Comment",
}


def test_no_secret_is_in_it(api: Api, cast: Cast, tmp_path: Path) -> None:
    """Neither tokens nor passwords nor keys; restored keys open nothing, and say so."""
    event = full_tenant(cast)
    user = cast.organizer.user
    user.set_password("a long passphrase")
    user.save()
    digest = ApiKey.objects.get(user=user).digest
    archive = exported(cast.tenant, tmp_path)
    with zipfile.ZipFile(archive) as content:
        text = b"".join(content.read(name) for name in content.namelist()).decode(errors="ignore")
    assert user.email in text
    for secret in (event.owner_token, user.password, cast.organizer.key, digest):
        assert secret not in text
    assert archive.stat().st_mode & 0o777 == 0o600
    wipe()
    done = run_json("import_tenant", archive)
    live = sum("revoked" in note for note in done["notes"])
    assert (live, ApiKey.objects.filter(revoked_at=None).exists()) == (1, False)
    assert api.get("/api/v1/community-events", cast.organizer.key).status_code == 401
    restored = User.objects.get(pk=user.pk)
    assert (restored.has_usable_password(), restored.is_staff) == (False, True)
    assert restored.groups.get().name == "Organizers"


def test_old_links_of_other_servers(api: Api, cast: Cast, tmp_path: Path) -> None:
    """Come along, with an event's archive too."""
    event, token = cast.event(), "x" * 42 + "Y"
    link = EventLink.objects.get(event=event.id)
    keep_tokens([(token, Opened(TokenKind.EVENT_LINK.value, link.id, 1))])
    assert api.get(f"{event.path}/rsvps", token).status_code == 200
    archive = exported(cast.tenant, tmp_path)
    run("export_event", event.id, tmp_path / "event.zip")
    for command, file in (("import_tenant", archive), ("import_event", tmp_path / "event.zip")):
        wipe()
        run("purge", "--yes")
        run(command, file)
        assert api.get(f"{event.path}/rsvps", token).status_code == 200


def test_what_is_here_already(cast: Cast, tmp_path: Path, everything_stored: Stored) -> None:
    """Is named, and nothing is written."""
    full_tenant(cast)
    archive = exported(cast.tenant, tmp_path)
    before = everything_stored(), files()
    assert refusal("import_tenant", archive) == "archive_collides"
    assert (everything_stored(), files()) == before
    wipe()
    make_channel("Club")
    user = User.objects.create_user(json.loads(_lines(archive, "users.jsonl")[0])["email"].upper())
    before = everything_stored(), files()
    with pytest.raises(Exception, match="Already here") as problem:
        run("import_tenant", archive)
    assert str(problem.value) == (
        f"Already here: account {user.email}, channel club. Nothing was imported."
    )
    assert (everything_stored(), files()) == before


def _lines(archive: Path, name: str) -> list[str]:
    with zipfile.ZipFile(archive) as content:
        return content.read(name).decode().splitlines()


def edited(name: str, number: int, **values: Any) -> Callable[[dict[str, bytes]], None]:
    """Changes one line of a file."""

    def edit(found: dict[str, bytes]) -> None:
        lines = found[name].splitlines()
        lines[number - 1] = json.dumps(json.loads(lines[number - 1]) | values).encode()
        found[name] = b"\n".join(lines) + b"\n"

    return edit


def _event_of(found: dict[str, bytes], change: Callable[[Any], Any]) -> None:
    lines = found["events.jsonl"].splitlines()
    rows = json.loads(lines[1])
    change(rows)
    found["events.jsonl"] = b"\n".join([lines[0], json.dumps(rows).encode(), *lines[2:]]) + b"\n"


BROKEN: list[tuple[Callable[[dict[str, bytes]], Any], str]] = [
    (edited("users.jsonl", 2, email="ana"), "users.jsonl line 2: user.email: as_told"),
    (edited("users.jsonl", 2, is_superuser=True), "users.jsonl line 2: user.is_superuser: unknown"),
    (edited("users.jsonl", 1, password="x"), "users.jsonl line 1: user.password: unknown"),
    (
        edited("users.jsonl", 1, picture="avatars/../x.png"),
        "users.jsonl line 1: picture: image_",
    ),
    (edited("users.jsonl", 1, id="1"), "users.jsonl line 1: user.id: not_an_id"),
    (edited("channels.jsonl", 1, slug="a b"), "channels.jsonl line 1: channel.slug: as_told"),
    (edited("tenant.jsonl", 1, slug=7), "tenant.jsonl line 1: tenant.slug: wrong_type"),
    (
        edited("api_keys.jsonl", 1, user_id=str(uuid4())),
        "api_keys.jsonl line 1: api_key.user_id: ",
    ),
    (edited("api_keys.jsonl", 1, scopes=["ALL"]), "api_keys.jsonl line 1: api_key.scopes: scope_n"),
    (edited("api_keys.jsonl", 1, scopes=7), "api_keys.jsonl line 1: api_key.scopes: scope_not"),
    (edited("comments.jsonl", 1, content_type="event"), "comments.jsonl line 1: comment.content_t"),
    (edited("comments.jsonl", 1, author="x@y.example"), "comments.jsonl line 1: comment.author: d"),
    (edited("images.jsonl", 1, size=5), "images.jsonl line 1: image: image_differs"),
    (lambda f: f.update({"users.jsonl": b"{}\n" * 9}), "users.jsonl line 1: user."),
    (lambda f: f.update({"users.jsonl": b"[" * 5000}), "users.jsonl line 1: archive_unreadable"),
    (lambda f: f.update({"users.jsonl": b"\n"}), "users.jsonl line 1: archive_unreadable"),
    (lambda f: f.update({"comments.jsonl": b""}), "comments.jsonl: archive_incomplete"),
    (
        lambda f: f.update({"comments.jsonl": f["comments.jsonl"] * 2}),
        "comments.jsonl: archive_incomplete",
    ),
    (lambda f: f.update({"tenant.jsonl": f["tenant.jsonl"] * 2}), "tenant.jsonl: archive_incomp"),
    (lambda f: f.pop("events.jsonl"), "events.jsonl: not_an_archive"),
    (lambda f: f.update({"../../x": b"x"}), "archive: foreign_files"),
    (lambda f: f.update({"images/x.png": b"x"}), "archive: foreign_files"),
    (lambda f: f.update({"manifest.json": b'{"format": 1}'}), "archive: not_an_archive"),
    (
        lambda f: f.update({"manifest.json": b'{"format": 1, "kind": "tenant"}'}),
        "archive: not_an_archive",
    ),
    (
        lambda f: f.update({"manifest.json": b'{"format": 2, "kind": "tenant"}'}),
        "archive: newer_archive",
    ),
    (lambda f: f.update({"users.jsonl": b'"' + b"x" * 2 * 1024**2}), "archive_file_too_large"),
    (
        lambda f: _event_of(f, lambda rows: rows["event"].update(title="")),
        "events.jsonl line 2: event.title: ",
    ),
    (
        lambda f: _event_of(f, lambda rows: rows["event"].update(tenant="umbrella")),
        "events.jsonl line 2: event.tenant: dangling_row",
    ),
    (
        lambda f: _event_of(f, lambda rows: rows.update(image={"id": "../x", "extension": "y"})),
        "events.jsonl line 2: image: image_undescribed",
    ),
    (
        lambda f: _event_of(f, lambda rows: rows["links"].clear() or rows.pop("rsvps")),
        "events.jsonl line 2: archive: archive_parts",
    ),
]


def test_archives_that_are_broken(archive: Path, everything_stored: Stored) -> None:
    """Each is refused by file and line, and nothing is half-written."""
    before = everything_stored(), files()
    surprises = []
    for change, expected in BROKEN:
        said = refusal("import_tenant", refiled(archive, change))
        if not said.startswith(expected) or (everything_stored(), files()) != before:
            surprises.append((expected, said))
    assert surprises == []
    assert refusal("import_event", archive) == "archive: not_an_archive"
    assert refusal("import_tenant", archive.with_name("none.zip")) == "no_such_file"


def test_a_failure_at_the_last_moment(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Rows and files are taken back together."""
    stored: list[dict[str, list[str]]] = []

    def fail(event_id: Any) -> None:
        stored.append(files())
        raise KeyboardInterrupt

    monkeypatch.setattr(storing, "restate", fail)
    with pytest.raises(KeyboardInterrupt):
        run("import_tenant", archive)
    assert [bool(found) for found in stored[0].values()] == [True] * 3
    assert files() == {"images": [], "avatars": [], "banners": []}
    assert not Tenant.objects.exists()


def test_few_rows_at_a_time(archive: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However small the batches are, all of it arrives."""
    monkeypatch.setattr(tenant_reading, "_AT_A_TIME", 1)
    run("import_tenant", archive)
    assert (Tenant.objects.count(), Event.objects.count()) == (1, 6)


def test_an_image_without_its_file(cast: Cast, tmp_path: Path) -> None:
    """The event is exported without, and so is everything else."""
    image = keep_picture(cast.tenant.pk)
    event = cast.event(cover_id=image.id)
    default_storage.delete(str(image.file.name))
    archive = exported(cast.tenant, tmp_path)
    wipe()
    assert run_json("import_tenant", archive)["images"] == 0
    assert event.stored.cover_id is None


def test_others_stay_out(cast: Cast, tmp_path: Path) -> None:
    """Events of nobody's and what the tenant's people said elsewhere are not in it."""
    foreign = make_event(title="Foreign event")
    Comment.objects.create(
        tenant=cast.tenant,
        content_type="event",
        content_id=str(foreign.id),
        author=cast.colleague.user,
        body="Foreign comment",
    )
    cast.event(title="Ours")
    archive = exported(cast.tenant, tmp_path)
    with zipfile.ZipFile(archive) as content:
        text = b"".join(content.read(name) for name in content.namelist())
    assert (b"Ours" in text, b"Foreign" in text) == (True, False)


def test_what_it_prints(cast: Cast, tmp_path: Path) -> None:
    """A line for the archive, and one for what was loaded, with notes."""
    cast.event()
    target = tmp_path / "acme.zip"
    said = run("export_tenant", cast.tenant.slug, target)
    size = target.stat().st_size
    counted = "1 events, 0 RSVPs, 4 accounts, 0 channels, 0 images, 6 API keys, 0 comments"
    assert said == f"{target}  {cast.tenant.slug}: {counted}, {size} bytes"
    assert refusal("export_tenant", cast.tenant.slug, target) == "file_exists"
    assert refusal("export_tenant", "nobody", tmp_path / "x.zip") == "tenant_not_found"
    assert [file.name for file in tmp_path.iterdir()] == ["acme.zip"]
    wipe()
    assert run("import_tenant", target).splitlines() == [
        f"{cast.tenant.slug}: {counted}",
        "Note (5x): An API key is revoked: archives hold no secrets. Make a new one.",
        "Set passwords with `manage.py changepassword EMAIL`.",
    ]
