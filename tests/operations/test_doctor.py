"""doctor: breaks exactly one thing, and sees exactly that check fail."""

from __future__ import annotations

import os
import shlex
import socket
import subprocess
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.core.management.base import CommandError
from django.db import OperationalError
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.models import Image
from comments.models import Message
from events.models import Event, Tier
from notify.models import Mail
from operations.doctor import stored as health
from operations.doctor import surroundings
from operations.doctor.files import NAMED_BY
from operations.management.commands.doctor import CHECKS
from outbox.domain.taking import fan_out
from outbox.models import Change
from rsvps.domain.approval import approve
from rsvps.domain.event_changes import update_event
from rsvps.domain.tiers import update_tier
from rsvps.models import Rsvp
from tests.conftest import Clock
from tests.makers import make_event, make_rsvp, make_tier
from tests.operations.archive import keep_picture
from tests.operations.doctor import examined, note_backup, only, well
from tests.root import run, run_json

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures(well.__name__)]


def make_task(status: str, *, waited: timedelta = timedelta()) -> None:
    """A task in the queue."""
    task = DBTaskResult.objects.create(
        status=status,
        args_kwargs={"args": [], "kwargs": {}},
        task_path="notify.domain.mail.sending.send_mails",
        run_after=timezone.now() - waited,
        queue_name="default",
        backend_name="default",
        exception_class_path="",
        traceback="",
    )
    DBTaskResult.objects.filter(pk=task.pk).update(enqueued_at=timezone.now() - waited)


def test_an_instance_that_is_well() -> None:
    """Every check is there, once, and says so; the exit code is 0."""
    event = make_event(capacity=2, cover_id=keep_picture().id)
    make_rsvp(event, guest_count=1)
    found, complaint = examined()
    assert list(found) == list(CHECKS)
    assert {status for status, _ in found.values()} == {"ok"}
    assert complaint is None
    lines = run("doctor", "--no-color").splitlines()
    assert lines[0] == "ok       migrations   Every migration is applied."
    assert len(lines) == len(CHECKS)


def test_a_pending_migration() -> None:
    """Named, with what to do."""
    MigrationRecorder.Migration.objects.filter(app="comments").delete()
    status, said = only("migrations")
    assert status == "error"
    assert "comments.0001_initial" in said
    assert said.endswith("manage.py migrate.")


@pytest.mark.parametrize(
    ("problem", "said"),
    [
        (OperationalError, "The database did not answer: closed"),
        (ConnectionError, "It cannot be checked: ConnectionError: closed"),
    ],
)
def test_what_does_not_answer(
    monkeypatch: pytest.MonkeyPatch, problem: type[Exception], said: str
) -> None:
    """The database, or anything else: an error of the check that needed it, and ends no other."""

    def fail() -> datetime:
        raise problem("closed\nunexpectedly")

    monkeypatch.setattr(surroundings, "_database_time", fail)
    assert only("clock") == ("error", said)


def test_a_clock_that_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    """Apart from the database's, or in no sane year."""
    late = timezone.now() - timedelta(seconds=30)
    monkeypatch.setattr(surroundings, "_database_time", lambda: late)
    said = "The clocks of this machine and the database are 30 seconds apart."
    assert only("clock") == ("error", said)
    with time_machine.travel(datetime(1999, 12, 31, tzinfo=UTC), tick=False):
        assert examined()[0]["clock"] == ("error", "The clock says 1999-12-31 00:00 UTC.")


def test_the_databases_time_is_now() -> None:
    """In UTC, whatever the database gives back."""
    assert abs(surroundings._database_time() - timezone.now()) < timedelta(seconds=5)


def test_an_oversold_event() -> None:
    """More seats taken than an organizer accepted, however often the event was edited and whatever
    the log says."""
    event = make_event(capacity=1)
    make_rsvp(event)
    make_rsvp(event, force=True)
    update_event(event=event.row, values={"title": "New", "capacity": 2})
    rsvp = make_rsvp(event, attendance="interested")
    Rsvp.objects.filter(pk=rsvp.id).update(attendance="going")
    Event.objects.filter(pk=event.id).update(seats_taken=3, going_count=3, interested_count=0)
    assert only("seats") == ("error", f"1 event oversold: {event.id}.")


def test_an_oversold_tier() -> None:
    """A tier's seats count like the event's."""
    event = make_event()
    tier = make_tier(event)
    make_rsvp(event, tier_id=tier.id, guest_count=1)
    Tier.objects.update(capacity=1)
    assert only("seats") == ("error", f"1 event oversold: {event.id}.")


def test_an_oversold_event_with_an_oversold_tier_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also where the two would be looked at one after the other."""
    monkeypatch.setattr(health, "_AT_A_TIME", 1)
    event = make_event()
    make_rsvp(event, tier_id=make_tier(event).id, guest_count=1)
    Tier.objects.update(capacity=1)
    Event.objects.update(capacity=1)
    assert only("seats") == ("error", f"1 event oversold: {event.id}.")


def test_seats_beyond_the_capacity_on_purpose() -> None:
    """By force, or by a lowered capacity: worth knowing and no more."""
    forced, approved, lowered = make_event(capacity=1), make_event(capacity=1), make_event()
    for event in (forced, approved, lowered):
        make_rsvp(event)
    make_rsvp(forced, force=True)
    update_event(event=approved.row, values={"approval_required": True})
    approve(event_id=approved.id, rsvp_id=make_rsvp(approved).id, force=True)
    make_rsvp(lowered)
    update_event(event=lowered.row, values={"capacity": 1})
    small = make_event()
    tier = make_tier(small, capacity=3)
    make_rsvp(small, tier_id=tier.pk, guest_count=2)
    update_tier(event_id=small.id, tier_id=tier.pk, values={"capacity": 2})
    Message.objects.update(content="Let in.")
    status, said = only("seats")
    why = "by force, or after their capacity was lowered"
    assert (status, said.partition(":")[0]) == ("warning", f"4 events over capacity {why}")


def test_events_that_are_over_are_let_be(clock: Clock) -> None:
    """Nobody can do anything about them."""
    event = make_event(capacity=1)
    make_rsvp(event, guest_count=0)
    Event.objects.update(capacity=1, seats_taken=2)
    assert health.check_seats().status == "error"
    clock.advance(days=8)
    assert health.check_seats().status == "ok"


def test_a_wrong_counter() -> None:
    """The recount finds it."""
    make_rsvp(make_event())
    Event.objects.update(interested_count=4)
    said = "Counters of 1 event are wrong. Run manage.py recount --fix."
    assert only("counters") == ("error", said)
    run("recount", "--fix")
    assert examined()[1] is None


def test_files_and_rows_apart() -> None:
    """A file without a row, once it is old enough; and, worse, a row without its file."""
    default_storage.save("images/young.png", ContentFile(b"x"))
    assert health.check_files().status == "ok"
    default_storage.delete("images/young.png")
    with time_machine.travel(timezone.now() - timedelta(hours=2)):
        default_storage.save("images/left.png", ContentFile(b"x"))
    assert only("files") == ("warning", "1 file no longer used: images/left.png.")
    image = keep_picture()
    make_event(cover_id=image.id)
    default_storage.delete(str(image.file.name))
    missing = f"1 file missing: {image.file.name}."
    assert only("files") == ("error", missing)
    default_storage.delete("images/left.png")
    Image.objects.all().delete()
    assert examined()[1] is None


def test_every_folder_of_files_is_looked_into() -> None:
    """The folders are those of the models' own fields."""
    for model, column, folder in NAMED_BY:
        assert model._meta.get_field(column).upload_to == f"{folder}/"  # type: ignore[union-attr]


def test_a_folder_that_cannot_be_written_to(settings: Any, tmp_path: Path) -> None:
    """Said by name, with the system's reason."""
    (tmp_path / "file").touch()
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    status, said = only("writable")
    assert (status, said.partition(" cannot")[0]) == ("error", str(settings.MEDIA_ROOT))


def test_a_disk_that_is_almost_full(settings: Any) -> None:
    """Named while there is still room to act."""
    settings.MIN_FREE_MB = 10**9
    status, said = only("space")
    assert (status, said.partition(" are")[0]) == ("error", f"Less than {10**9} MB")


@pytest.mark.parametrize("name", ["convene.sqlite3", "convene.sqlite3-wal", "media", "a backup"])
def test_a_data_folder_that_everybody_can_read(tmp_path: Path, name: str) -> None:
    """As long as the folder or what lies in it is closed, nobody can; and the command mends it."""
    kept = tmp_path / name
    kept.mkdir() if name == "media" else kept.touch()
    for inside in tmp_path.iterdir():
        inside.chmod(0o700 if inside.is_dir() else 0o600)
    kept.chmod(0o755 if name == "media" else 0o644)
    assert examined()[0]["privacy"][0] == "ok"
    tmp_path.chmod(0o755)
    command = f"chmod -R go= {tmp_path}"
    said = f"Other users of this machine can read {tmp_path}. Run {command}."
    assert only("privacy") == ("error", said)
    subprocess.run(shlex.split(command), check=True)
    assert examined()[1] is None
    tmp_path.chmod(0o755)
    assert examined()[1] is None


def test_a_mail_server_that_is_away(settings: Any) -> None:
    """Nobody listens there; once somebody does, all is well."""
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        settings.EMAIL_PORT = server.getsockname()[1]
        status, said = only("mail")
        expected = f"127.0.0.1:{settings.EMAIL_PORT} cannot be reached"
        assert (status, said.partition(": ")[0]) == ("error", expected)
        server.listen()
        assert examined()[0]["mail"] == ("ok", f"127.0.0.1:{settings.EMAIL_PORT} answers.")
        settings.SITE_URL = ""
        assert examined()[0]["mail"][0] == "warning"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    assert examined()[0]["mail"] == ("ok", "Mail is not sent to a server.")


def test_a_real_mail(settings: Any) -> None:
    """Is sent when asked for, and what came of it is told."""
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    (told,) = [
        each
        for each in run_json("doctor", "--mail", "you@example.org")
        if each["check"] == "trial_mail"
    ]
    assert (told["status"], [each.to for each in mail.outbox]) == ("ok", [["you@example.org"]])
    settings.EMAIL_BACKEND = "tests.notify.mail.away.EmailBackend"
    with pytest.raises(CommandError, match="trial_mail"):
        run("doctor", "--mail", "you@example.org")
    with pytest.raises(CommandError, match="e-mail"):
        run("doctor", "--mail", "nobody")


def test_mail_that_was_given_up() -> None:
    """Worth knowing for a week."""
    given_up = Mail.objects.create(kind="answer", state="failed", recipient="0" * 32)
    assert only("undelivered")[0] == "warning"
    Mail.objects.filter(pk=given_up.pk).update(created_at=timezone.now() - timedelta(days=8))
    assert examined()[0]["undelivered"][0] == "ok"


def test_nobody_takes_up_tasks() -> None:
    """A task that is ready has waited for too long; one for later, or a fresh one, has not."""
    make_task("READY", waited=timedelta(minutes=1))
    make_task("READY", waited=-timedelta(hours=1))
    assert examined()[0]["worker"] == ("ok", "No task has been waiting for long.")
    make_task("READY", waited=timedelta(minutes=11))
    status, said = only("worker")
    assert (status, said[:24]) == ("error", "A task has waited since ")


def test_nobody_takes_changes(settings: Any) -> None:
    """What has yet to be told has waited for too long."""
    settings.MAIL_ENABLED = True
    make_event()
    assert examined()[0]["worker"] == ("ok", "No task has been waiting for long.")
    Change.objects.update(created_at=timezone.now() - timedelta(minutes=11))
    assert only("worker")[0] == "error"
    fan_out.call()
    assert examined()[0]["worker"] == ("ok", "No task is waiting.")


def test_tasks_that_were_given_up() -> None:
    """Worth knowing."""
    make_task("FAILED")
    make_task("FAILED")
    said = "2 tasks failed. See Task Results in the admin."
    assert only("failed_tasks") == ("warning", said)


@pytest.fixture
def on_sqlite(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets what the backup check takes for the kind of database."""

    def pretend(vendor: str) -> None:
        monkeypatch.setattr(surroundings, "connection", SimpleNamespace(vendor=vendor))

    return pretend


def test_how_old_the_backup_is(tmp_path: Path, on_sqlite: Callable[[str], None]) -> None:
    """None yet, one that is gone, one that is too old; on PostgreSQL somebody else's work."""
    on_sqlite("sqlite")
    assert surroundings.check_backup().status == "ok"
    os.unlink(tmp_path / "backup.zip")
    assert surroundings.check_backup().status == "warning"
    note_backup(tmp_path, timezone.now() - timedelta(hours=49))
    found = surroundings.check_backup()
    assert (found.status, found.said[-23:]) == ("error", "more than two days ago.")
    os.unlink(tmp_path / "last_backup.json")
    none = "No backup has been made yet. Run manage.py backup FILE."
    assert surroundings.check_backup() == ("warning", none)
    on_sqlite("postgresql")
    assert surroundings.check_backup() == ("ok", "On PostgreSQL, pg_dump makes the backups.")
