"""purge: what has been kept for long enough goes, totals stay."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.core.files.storage import default_storage
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult
from PIL import Image as Pillow

from access.models import StoredResponse
from accounts.domain.images import keep_image
from accounts.models import Image
from comments.domain.anonymising import anonymise
from comments.domain.comments import Commenter, post_comment
from comments.domain.messages import announce, write_to_guest, write_to_host, write_to_hosts
from comments.models import Message
from config.images import clean_image
from events.models import Event
from operations.recount import find_differences
from rsvps.domain.capacity import Counts, recount
from rsvps.domain.checkin import check_in
from rsvps.domain.keeping import offer
from rsvps.models import CheckIn, KeptEvent, Rsvp
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_event, make_question, make_rsvp, make_tier, make_user
from tests.root import refusal, run, run_json

pytestmark = pytest.mark.django_db
NOTHING = {
    "dry_run": True,
    "anonymised_rsvps": 0,
    "deleted_events": 0,
    "deleted_rsvps": 0,
    "deleted_tasks": 0,
    "deleted_mail_records": 0,
    "deleted_responses": 0,
    "deleted_changes": 0,
    "deleted_images": 0,
    "forgotten_devices": 0,
    "deleted_kept_events": 0,
    "deleted_imported_tokens": 0,
}
SECRETS = (
    *("Ana Secret", "secret@example.org", "sec/ret", "Secret note", "Secret answer", "Psst"),
    *("Secret friend", "Secret comment"),
)


@pytest.fixture(autouse=True)
def _retention(settings: Any) -> None:
    settings.RETAIN_RSVP_DAYS = 30
    settings.RETAIN_EVENT_DAYS = None


def told_event(**values: Any) -> MadeEvent:
    """An event whose guest told a lot, came, wrote, was written to and was let in by force."""
    event = make_event(approval_required=True, **values)
    tier = make_tier(event)
    question = make_question(tier)
    rsvp = make_rsvp(
        event,
        user=make_user(),
        name="Ana Secret",
        email="secret@example.org",
        pronouns="sec/ret",
        note="Secret note",
        guest_count=1,
        guest_names=["Secret friend"],
        tier_id=tier.id,
        form_answers={str(question.id): "Secret answer"},
        force=True,
    )
    write_to_host(event_id=event.id, rsvp_id=rsvp.id, content="Psst")
    write_to_guest(event_id=event.id, rsvp_id=rsvp.id, content="Psst yourself")
    post_comment(
        thread=("event", str(event.id)),
        by=Commenter(rsvp_id=rsvp.id),
        tenant_id=None,
        content="Secret comment",
    )
    check_in(event_id=event.id, rsvp_id=rsvp.id)
    make_rsvp(event, name="Ben", attendance="interested", is_private=True)
    make_rsvp(event, name="Cem", tier_id=tier.id)
    announce(event_id=event.id, content="Doors open at eight")
    return event


def counts(event: MadeEvent) -> dict[str, int]:
    """The stored counters."""
    return {name: getattr(event.stored, name) for name in Counts._fields}


def test_nothing_is_removed_unless_asked(
    clock: Clock, everything_stored: Callable[[], dict[str, list[str]]]
) -> None:
    """Without --yes it only counts."""
    told_event()
    clock.advance(days=7 + 31)
    before = everything_stored()
    assert run_json("purge") == NOTHING | {"anonymised_rsvps": 3}
    text = run("purge").splitlines()
    assert text[0] == "3  RSVPs anonymised"
    assert text[-1] == "Nothing was removed. Run again with --yes to remove this."
    assert everything_stored() == before


def test_guests_become_anonymous(
    api: Api, clock: Clock, everything_stored: Callable[[], dict[str, list[str]]]
) -> None:
    """No name, address, word or account stays; links and tickets die; every total stays."""
    event = told_event()
    rsvps = list(Rsvp.objects.order_by("created_at"))
    guest = make_rsvp(event, name="Dora", attendance="interested")
    tickets = CheckIn.objects.count()
    clock.advance(days=7 + 31)
    stored, version, before = str(everything_stored()), event.stored.version, counts(event)
    for secret in SECRETS:
        assert secret in stored
    assert api.get(f"{event.path}/rsvps/self", guest.token).status_code == 200
    done = run_json("purge", "--yes")
    assert done == NOTHING | {"dry_run": False, "anonymised_rsvps": 4}
    tables = ("rsvps_rsvp", "comments_message", "comments_comment")
    stored = "".join(str(everything_stored()[table]) for table in tables)
    for secret in (*SECRETS, "Ben", "Cem", "Dora"):
        assert secret not in stored
    assert api.get(f"{event.path}/rsvps/self", guest.token).status_code == 404
    assert counts(event) == before == recount(event.id)._asdict()
    assert find_differences() == []
    assert event.stored.version == version + 1
    assert CheckIn.objects.count() == tickets == 1
    for rsvp in rsvps:
        kept = Rsvp.objects.get(pk=rsvp.pk)
        assert (kept.name, kept.email, kept.user_id, kept.answers) == ("Guest", "", None, {})
        same = ("attendance", "approval", "guest_count", "is_private", "tier_id", "checked_in_at")
        assert [getattr(kept, name) for name in same] == [getattr(rsvp, name) for name in same]
    public = Message.objects.filter(rsvp=None).values_list("content", flat=True)
    assert list(public) == ["Doors open at eight"]
    assert run_json("purge", "--yes") == NOTHING | {"dry_run": False}


def test_visitors_become_anonymous(clock: Clock) -> None:
    """Also where nobody answered."""
    event = make_event()
    write_to_hosts(event_id=event.id, name="Vera", email="vera@example.org", text="Hello")
    clock.advance(days=7 + 31)
    version = event.stored.version
    run_json("purge", "--yes")
    assert [each.content for each in Message.objects.all()] == ["Removed."]
    assert event.stored.version == version + 1


def test_the_admins_history_forgets_them(
    clock: Clock, settings: Any, everything_stored: Callable[[], dict[str, list[str]]]
) -> None:
    """An organizer changed the answer in the admin: neither its name nor the change is kept, and
    neither when the event goes; entries on other things stay."""
    root = make_user(is_superuser=True)
    for step in ("anonymise", "delete"):
        event = make_event(title="Kept title")
        rsvp = make_rsvp(event, name="Ana Secret").stored
        for entry in (rsvp, event.stored):
            LogEntry.objects.log_actions(
                root.pk, [entry], CHANGE, change_message="Ana Secret changed", single_object=True
            )
        clock.advance(days=38)
        settings.RETAIN_EVENT_DAYS = 30 if step == "delete" else None
        assert "Ana Secret" in str(everything_stored()["django_admin_log"])
        run("purge", "--yes", "--mode", step)
        LogEntry.objects.filter(object_repr="Kept title").update(change_message="")
        assert "Ana Secret" not in str(everything_stored()["django_admin_log"])
    names = sorted(LogEntry.objects.values_list("object_repr", flat=True))
    assert names == ["Guest", "Guest", "Kept title", "Kept title"]


def test_the_day_it_begins(clock: Clock) -> None:
    """Counted from the event's end; an open-ended one is over three hours after its start."""
    for end in (clock.now + timedelta(days=8), None):
        event = make_event(start_time=clock.now + timedelta(days=7), end_time=end)
        make_rsvp(event)
    clock.advance(days=37, hours=2, minutes=59)
    assert run_json("purge")["anonymised_rsvps"] == 0
    clock.advance(minutes=1)
    assert run_json("purge")["anonymised_rsvps"] == 1
    clock.advance(hours=21)
    assert run_json("purge")["anonymised_rsvps"] == 2


def test_old_events_are_deleted(clock: Clock, settings: Any) -> None:
    """With their RSVPs; younger ones lose their guests' names, still younger nothing."""
    settings.RETAIN_EVENT_DAYS = 60
    old = make_event()
    make_rsvp(old)
    make_rsvp(old)
    clock.advance(days=40)
    middle = make_event()
    make_rsvp(middle)
    clock.advance(days=40)
    young = make_event()
    make_rsvp(young)
    expected = {"deleted_events": 1, "deleted_rsvps": 2, "anonymised_rsvps": 1}
    assert run_json("purge") == NOTHING | expected
    assert run_json("purge", "--yes") == NOTHING | {"dry_run": False} | expected
    assert set(Event.objects.values_list("id", flat=True)) == {middle.id, young.id}
    names = dict(Rsvp.objects.values_list("event_id", "name"))
    assert names == {middle.id: "Guest", young.id: "Robin"}


def test_one_step_alone(clock: Clock, settings: Any) -> None:
    """--mode does the one and leaves the other."""
    settings.RETAIN_EVENT_DAYS = 60
    for _ in range(2):
        make_rsvp(make_event())
        clock.advance(days=45)
    only = run_json("purge", "--mode", "anonymise")
    assert (only["anonymised_rsvps"], only["deleted_events"]) == (2, 0)
    only = run_json("purge", "--mode", "delete")
    assert (only["anonymised_rsvps"], only["deleted_events"]) == (0, 1)


def test_without_settings_everything_is_kept(clock: Clock, settings: Any) -> None:
    """The default: never."""
    settings.RETAIN_RSVP_DAYS = None
    make_rsvp(make_event())
    clock.advance(days=10_000)
    assert run_json("purge", "--yes") == NOTHING | {"dry_run": False}
    assert Rsvp.objects.get().name == "Robin"


@pytest.mark.parametrize("days", [0, -1, 36_501])
def test_days_that_are_refused(settings: Any, days: int) -> None:
    """A slip of the pen deletes nothing."""
    settings.RETAIN_EVENT_DAYS = days
    assert refusal("purge", "--yes") == "RETAIN_EVENT_DAYS: not_between"


def test_finished_tasks_go(clock: Clock) -> None:
    """Those that succeeded and those that failed, by their age; waiting ones stay."""
    moments = {"old": clock.now, "young": clock.now + timedelta(days=20)}
    for age, moment in moments.items():
        for status in TaskResultStatus.values:
            finished = status in (TaskResultStatus.FAILED, TaskResultStatus.SUCCESSFUL)
            DBTaskResult.objects.create(
                status=status,
                finished_at=moment if finished else None,
                args_kwargs={"args": [], "kwargs": {}},
                task_path="notify.domain.mail.sending.send_mails",
                run_after=moment,
                queue_name="default",
                backend_name="default",
                traceback=age,
                exception_class_path="",
            )
    clock.advance(days=31)
    assert run_json("purge")["deleted_tasks"] == 2
    assert run_json("purge", "--yes")["deleted_tasks"] == 2
    kept = DBTaskResult.objects.values_list("traceback", "status")
    waiting = [TaskResultStatus.READY, TaskResultStatus.RUNNING]
    assert set(kept) == {("young", status) for status in TaskResultStatus.values} | {
        ("old", status) for status in waiting
    }


def test_unused_images_go(clock: Clock, django_capture_on_commit_callbacks: Any) -> None:
    """Rows and files of those that no event shows, a day after the upload."""
    drawn = io.BytesIO()
    Pillow.new("RGB", (2, 2)).save(drawn, "PNG")

    def kept() -> Image:
        drawn.seek(0)
        image = keep_image(clean_image(drawn, field="file"), tenant_id=None)
        Image.objects.filter(pk=image.id).update(created_at=clock.now)
        return image

    shown, unused = kept(), kept()
    make_event(cover_id=shown.id)
    clock.advance(hours=24, seconds=1)
    fresh = kept()
    with django_capture_on_commit_callbacks(execute=True):
        assert run_json("purge")["deleted_images"] == 1
    assert default_storage.exists(str(unused.file.name))
    with django_capture_on_commit_callbacks(execute=True):
        assert run_json("purge", "--yes")["deleted_images"] == 1
    assert set(Image.objects.values_list("id", flat=True)) == {shown.id, fresh.id}
    assert not default_storage.exists(str(unused.file.name))
    assert default_storage.exists(str(shown.file.name))


def test_expired_responses_go(api: Api, clock: Clock) -> None:
    """Those kept for retries; an hour without a credential."""
    event = make_event()

    def answer() -> None:
        headers = {"Idempotency-Key": str(uuid4())}
        sent = {"name": "Nia", "status": "yes"}
        api.client.post(f"{event.path}/rsvps", sent, "application/json", headers=headers)

    answer()
    clock.advance(minutes=59)
    answer()
    clock.advance(minutes=1)
    assert run_json("purge")["deleted_responses"] == 1
    assert run_json("purge", "--yes")["deleted_responses"] == 1
    assert StoredResponse.objects.count() == 1


def test_an_anonymous_answer_is_in_nobody_s_list() -> None:
    """Its link has ended; what the browser kept of it goes, what its host keeps stays."""
    event = make_event()
    rsvp = make_rsvp(event)
    for token in (rsvp.token, event.owner_token):
        assert offer(token) is not None
    assert anonymise(event_id=event.id) == 1
    assert KeptEvent.objects.get().rsvp_id is None
