"""What is held about an e-mail address: all of it is told, and all of it goes."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.apps import apps
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.db import models
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from accounts.domain.actors import ANONYMOUS, Actor
from accounts.domain.api_keys import issue_key
from accounts.enums import LinkRole
from accounts.models import ApiKey, User
from comments.domain.comments import Commenter, post_comment
from comments.domain.messages import write_to_guest, write_to_host, write_to_hosts
from comments.domain.reports import report_event
from comments.models import EVENT, Comment, Message, Report
from config.errors import Invalid
from events.domain.links import make_link
from events.models import Event, EventLink, SearchText
from notify.domain.mail.addresses import address_key, recipient_of
from notify.domain.people import Held, data_of, erase_person
from notify.enums import MailState
from notify.models import Mail, Suppression
from operations.recount import find_differences
from operations.reindex import is_in_step
from outbox.enums import Kind
from outbox.models import Change
from rsvps.domain.capacity import Counts
from rsvps.domain.checkin import check_in
from rsvps.models import Invitation, Rsvp
from tests.conftest import Api
from tests.makers import (
    MadeEvent,
    make_event,
    make_question,
    make_rsvp,
    make_series,
    make_tier,
    make_user,
)
from tests.tenant_cast import Cast, make_cast

pytestmark = pytest.mark.django_db
Stored = Callable[[], dict[str, list[str]]]
ROOT = Actor(is_root=True)
ADDRESS = "dana@secret.example"
# How people and rows spell it.
SPELT = "Dana@Secret.example"


@pytest.fixture
def cast() -> Cast:
    """Two tenants."""
    return make_cast()


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    settings.MAIL_ENABLED = True


def told_event(actor: Actor = ANONYMOUS, *, user: User | None = None) -> MadeEvent:
    """An event on which the address stands wherever it can."""
    event = make_event(
        actor=actor, host_email=SPELT, host_name="Dana Host", waitlist=False, capacity=20
    )
    tier = make_tier(event)
    question = make_question(tier)
    rsvp = make_rsvp(
        event,
        name="Dana",
        email=SPELT,
        user=user,
        note=f"Write to {ADDRESS}",
        pronouns=ADDRESS,
        guest_count=1,
        guest_names=[ADDRESS],
        tier_id=tier.id,
        form_answers={str(question.id): ADDRESS},
    )
    check_in(event_id=event.id, rsvp_id=rsvp.id)
    write_to_host(event_id=event.id, rsvp_id=rsvp.id, content=f"I am {ADDRESS}")
    write_to_guest(event_id=event.id, rsvp_id=rsvp.id, content=f"You are {ADDRESS}")
    write_to_hosts(event_id=event.id, name="Dana", email=SPELT, text="Hello")
    thread = (EVENT, str(event.id))
    tenant_id = event.stored.tenant_id
    by = Commenter(rsvp_id=rsvp.id)
    post_comment(thread=thread, by=by, tenant_id=tenant_id, content=f"Ask {ADDRESS}")
    Comment.objects.filter(rsvp=rsvp.id).update(name=ADDRESS)
    Invitation.objects.create(event_id=event.id, email=SPELT)
    report_event(event_id=event.id, reason="spam", text=f"From {ADDRESS}", email=SPELT)
    make_link(
        event_id=event.id, role=LinkRole.COHOST, name="Dana Cohost", email=SPELT, show_name=True
    )
    _in_passing(event, rsvp.id)
    return event


def _in_passing(event: MadeEvent, rsvp_id: UUID) -> None:
    tenant_id = event.stored.tenant_id
    about = {"tenant_id": tenant_id, "event_id": event.id}
    Mail.objects.create(
        kind="lost_links",
        recipient=recipient_of(ADDRESS),
        address=SPELT,
        detail=f"550 {ADDRESS}",
        once=str(event.id),
        **about,
    )
    # To somebody else, about the person.
    Mail.objects.create(
        kind="visitor_note",
        recipient=recipient_of("host@example.org"),
        data={"reply_to": SPELT},
        detail=f"about {ADDRESS}",
        state=MailState.SENT,
        **about,
    )
    Suppression.objects.create(
        recipient=address_key(ADDRESS), event_id=event.id, stop="refused", detail=f"550 {ADDRESS}"
    )
    Change.objects.create(
        kind=Kind.EVENT_UPDATED,
        object_id=event.id,
        data={"changed": {"note": ["old", f"new {SPELT}"]}, "parts": ["guests"]},
        erased={"guests": [{"email": SPELT}]},
        **about,
    )
    kind = ContentType.objects.get_for_model(Invitation)
    for user in User.objects.filter(is_staff=True, tenant=tenant_id):
        LogEntry.objects.create(
            user=user,
            content_type=kind,
            object_id=str(rsvp_id),
            object_repr=SPELT,
            action_flag=CHANGE,
            change_message=f"wrote to {ADDRESS}",
        )


def everywhere() -> MadeEvent:
    """The same on an event of nobody's, with an account and in the log of tasks."""
    User.objects.create_superuser("root@example.org", "a long passphrase")
    user = make_user(email=ADDRESS, display_name=ADDRESS, preferences={"reply": ADDRESS})
    User.objects.filter(pk=user.pk).update(first_name=ADDRESS, last_name=ADDRESS)
    issue_key(user=user, name=ADDRESS)
    event = told_event(user=user)
    Comment.objects.create(content_type="video", content_id="1", author=user, body=ADDRESS)
    series = make_series(host_email=SPELT, host_name="Dana Host")
    EventLink.objects.filter(event=None).update(email=SPELT, name="Dana")
    make_rsvp(series, name="Dana", user=user)
    now = timezone.now()
    DBTaskResult.objects.create(
        status="FAILED",
        args_kwargs={"args": [ADDRESS], "kwargs": {}},
        return_value=ADDRESS,
        traceback=f"refused {ADDRESS}",
        task_path="notify.domain.mail.sending.send_mails",
        exception_class_path="builtins.ValueError",
        run_after=now,
        finished_at=now,
        backend_name="default",
    )
    return event


def named(stored: dict[str, list[str]]) -> dict[str, list[str]]:
    """The rows that hold the address, by table."""
    found = {
        table: [row for row in rows if ADDRESS in row.lower()] for table, rows in stored.items()
    }
    return {table: rows for table, rows in found.items() if rows}


# Columns of text in which no guest's address can be: closed words, digests, hashes, paths, and what
# organizers and operators write about themselves or the event.
NEVER = {
    "access_importedtoken": {"digest", "kind"},
    "access_storedresponse": {"id", "fingerprint"},  # the response is sealed, for a day
    "accounts_apikey": {"kind", "prefix", "digest", "scopes"},
    "accounts_device": {"digest"},
    "accounts_image": {"file", "name", "extension", "mime_type", "widths", "alt_text"},
    "accounts_tenant": {"name", "slug", "blocked_terms", "moderator"},
    "accounts_user": {"password", "avatar"},
    "channels_channel": {"name", "slug", "visibility", "description", "banner"},
    "comments_comment": {"content_type", "content_id"},
    "comments_message": {"author", "type", "visibility"},
    "comments_report": {"reason"},
    "events_event": {
        *("slug", "title", "description", "timezone", "format", "location", "online_url", "tags"),
        *("metadata", "show_guests", "takedown_reason", "language", "reminders", "cohost_names"),
        *("changed_by_hand", "host_name"),
    },
    "events_eventlink": {"role", "label", "name"},
    "events_liveroom": {"status", "playback_url", "thumbnail_url", "recordings"},
    "events_question": {"kind", "label", "help", "options"},
    "events_searchtext": {"words"},
    "events_series": {"rrule", "exdates", "timezone"},
    "events_tier": {"name", "currency"},
    "notify_attempt": {"problem"},
    "notify_delivery": {"type", "state"},
    "notify_endpoint": {"url", "host", "events", "description", "disabled_reason"},
    "notify_mail": {"kind", "state", "reason", "recipient", "once"},
    "notify_suppression": {"recipient", "stop"},
    "outbox_change": {"kind"},
    "rsvps_rsvp": {"attendance", "approval", "language", "name"},
    "django_admin_log": {"object_id"},
    "django_content_type": {"app_label", "model"},
    "django_session": {"session_key", "session_data"},  # whose it is, by id
    "auth_group": {"name"},
    "auth_permission": {"name", "codename"},
    "django_tasks_database_dbtaskresult": {
        *("status", "task_path", "worker_ids", "queue_name", "backend_name"),
        "exception_class_path",
    },
}


def test_every_column_is_thought_of() -> None:
    """Whoever adds a column of text says that no address is in it, or stores one in this test."""
    everywhere()
    held: dict[str, set[str]] = {}
    for model in apps.get_models(include_auto_created=True):
        text = (models.CharField, models.TextField, models.JSONField, models.FileField)
        columns = {f.attname for f in model._meta.concrete_fields if isinstance(f, text)}
        rows = list(model._default_manager.values(*columns)) if columns else []
        for column in columns - NEVER.get(model._meta.db_table, set()):
            found = any(ADDRESS in str(row[column]).lower() for row in rows)
            held.setdefault(model._meta.db_table, set()).update(() if found else {column})
    assert {table: columns for table, columns in held.items() if columns} == {}


def test_all_of_it_goes(everything_stored: Stored, api: Api) -> None:
    """From every table, while what is counted stays."""
    event = everywhere()
    guest = make_rsvp(
        event, name="Somebody else", email="else@example.org", tier_id=None, force=True
    )
    before = {name: getattr(event.stored, name) for name in Counts._fields}
    assert len(named(everything_stored())) == 14
    held = erase_person(ROOT, f"  {SPELT.upper()} ")
    assert held == Held(
        rsvps=2, messages=3, comments=2, invitations=1, hosted_events=1 + 26, links=2, reports=1,
        mails=Mail.objects.filter(recipient=recipient_of(ADDRESS)).count(),
        account=True, account_stays=False,
    )  # fmt: skip
    assert named(everything_stored()) == {}
    stored = str(everything_stored())
    assert [name in stored for name in ("Dana Host", "Dana Cohost", "'Dana'")] == [False] * 3
    assert {name: getattr(event.stored, name) for name in Counts._fields} == before
    assert (find_differences(), is_in_step()) == ([], True)
    assert not ApiKey.objects.exists()
    assert not SearchText.objects.filter(words__contains="dana").exists()
    # The others keep theirs, and the address goes on getting no mail.
    assert guest.stored.email == "else@example.org"
    assert api.get(f"{event.path}/rsvps/self", guest.token).status_code == 200
    assert Suppression.objects.get().recipient == address_key(ADDRESS)
    waiting = Mail.objects.filter(state=MailState.QUEUED, recipient=recipient_of(ADDRESS))
    assert not waiting.exists()
    assert erase_person(ROOT, ADDRESS) == Held(*[0] * 7, held.mails, False, False)


def test_old_links_die(api: Api) -> None:
    """The guest's own link opens nothing; the hosts' go on."""
    event = make_event()
    guest = make_rsvp(event, email=SPELT)
    assert api.get(f"{event.path}/rsvps/self", guest.token).status_code == 200
    erase_person(ROOT, ADDRESS)
    assert api.get(f"{event.path}/rsvps/self", guest.token).status_code == 404
    assert api.get(f"{event.path}/rsvps", event.owner_token).status_code == 200


@pytest.mark.once
def test_a_dry_run(everything_stored: Stored) -> None:
    """Counts the same and writes nothing."""
    everywhere()
    before = everything_stored()
    preview = erase_person(ROOT, ADDRESS, dry_run=True)
    assert everything_stored() == before
    assert preview == erase_person(ROOT, ADDRESS)


def test_organizers_reach_their_own(cast: Cast, everything_stored: Stored) -> None:
    """What is on their organisation's events, and nothing of others: no account, no report."""
    make_user(email=ADDRESS)
    ours = told_event(Actor(tenant_id=cast.tenant.pk))
    theirs = told_event(Actor(tenant_id=cast.other.pk))
    nobodys = told_event()
    actor = Actor(staff_of=cast.tenant.pk)
    data = data_of(actor, ADDRESS, timezone.now())
    assert [each["id"] for each in data["events"]] == [ours.id]
    kinds = ("rsvps", "messages", "comments", "invitations", "hosted_events", "links", "check_ins")
    assert [len(data[kind]) for kind in kinds] == [1, 3, 1, 1, 1, 1, 1]
    assert (data["account"], data["reports"], data["less_mail"]) == (None, [], [])
    assert str(theirs.id) not in str(data)
    before = {event.id: _of_event(event) for event in (theirs, nobodys)}
    erase_person(actor, ADDRESS)
    assert {event.id: _of_event(event) for event in (theirs, nobodys)} == before
    assert User.objects.filter(email=ADDRESS).exists()
    assert Rsvp.objects.get(event=ours.id).email == ""
    assert Report.objects.get(event=ours.id).email == SPELT
    for table, rows in named(everything_stored()).items():
        if table not in ("comments_report", "notify_suppression"):
            assert [row for row in rows if ours.id.hex in row.replace("-", "")] == []


def _of_event(event: MadeEvent) -> list[Any]:
    tables = (Rsvp, Message, Invitation, Report, EventLink, Mail, Change)
    rows = [list(each.objects.filter(event_id=event.id).order_by("pk").values()) for each in tables]
    return [*rows, event.stored.host_email, event.stored.version]


@pytest.mark.once
@pytest.mark.parametrize("actor", [Actor(), Actor(presented=True)])
def test_nobody_else_does(actor: Actor, everything_stored: Stored) -> None:
    """Whoever organizes nothing finds nothing."""
    told_event()
    before = everything_stored()
    assert erase_person(actor, ADDRESS) == Held(*[0] * 8, False, False)
    data = data_of(actor, ADDRESS, timezone.now())
    assert {name for name, value in data.items() if value} == {"email", "made_at"}
    assert everything_stored() == before


def test_an_organizers_account_stays(cast: Cast) -> None:
    """Deleting it is another decision; what they answered as a guest goes."""
    staff = User.objects.filter(is_staff=True).first()
    assert staff is not None
    make_rsvp(make_event(), user=staff, name="Sam")
    held = erase_person(ROOT, staff.email)
    assert (held.rsvps, held.account, held.account_stays) == (1, False, True)
    assert User.objects.filter(pk=staff.pk).exists()
    assert Rsvp.objects.values_list("name", "user").get() == ("Guest", None)


def test_what_is_told() -> None:
    """Every kind of row with its columns, no key and no password."""
    event = everywhere()
    data = data_of(ROOT, ADDRESS, timezone.now())
    assert data.keys() == {
        *("email", "made_at", "account", "api_keys", "made_events", "uploads", "events"),
        *("hosted_events", "rsvps", "check_ins", "messages", "comments", "invitations", "links"),
        *("reports", "mails", "less_mail"),
    }
    assert (data["account"]["email"], len(data["api_keys"])) == (ADDRESS, 1)
    (rsvp,) = [each for each in data["rsvps"] if each["event_id"] == event.id]
    assert (rsvp["name"], rsvp["email"], rsvp["guest_names"]) == ("Dana", SPELT, [ADDRESS])
    assert {each["content"] for each in data["messages"]} == {
        *(f"I am {ADDRESS}", f"You are {ADDRESS}", f"Dana <{SPELT}>\n\nHello"),
    }
    left_out = {"password", "digest", "token_version", "version", "recipient"}
    assert not [name for name in left_out if f"'{name}'" in str(data)]


@pytest.mark.once
@pytest.mark.parametrize("address", ["", "dana", "a@b@c", "x" * 250 + "@example.org"])
def test_what_is_no_address(address: str) -> None:
    """Is refused by name."""
    with pytest.raises(Invalid) as problem:
        erase_person(ROOT, address)
    assert set(problem.value.errors) == {"email"}


def test_another_address_of_the_mailbox_stays() -> None:
    """``dana+x@`` may be somebody else's idea of an address: only what was named goes."""
    event = make_event(start_time=timezone.now() + timedelta(days=2))
    make_rsvp(event, email="dana+x@secret.example")
    make_rsvp(event, email="adana@secret.example")
    make_rsvp(event, email="danaXsecret.example@example.org")
    assert erase_person(ROOT, ADDRESS).rsvps == 0
    assert Event.objects.get().rsvps.exclude(email="").count() == 3
