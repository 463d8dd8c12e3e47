"""Where an e-mail address and what belongs to it is stored.

A column in which an address can be has to be named here: tests/notify/test_people.py walks
all columns of all models.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple, TypeVar
from uuid import UUID

from django.contrib.admin.models import LogEntry
from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast
from django_tasks import TaskResultStatus
from django_tasks_db.models import DBTaskResult

from accounts.domain.actors import Actor
from accounts.domain.organizers import organized_by
from accounts.models import User
from comments.enums import MessageType
from comments.models import Comment, CommentQuerySet, Message, Report
from config.cleaners import Email
from events.models import Event, EventLink
from events.querysets import EventQuerySet
from notify.domain.mail.addresses import address_key, recipient_of
from notify.models import Mail, Suppression
from outbox.models import Change
from rsvps import limits
from rsvps.models import CheckIn, Invitation, Rsvp
from rsvps.querysets import RsvpQuerySet

_ADDRESS = Email(limits.EMAIL, required=True)
Rows = TypeVar("Rows", bound="QuerySet[Any]")


class Held(NamedTuple):
    """How much of each there is, as a preview of what is erased. ``account`` says whether there is
    an account that goes, too, ``account_stays`` whether there is one that does not: somebody
    organizes with it."""

    rsvps: int
    messages: int
    comments: int
    invitations: int
    hosted_events: int
    links: int
    reports: int
    mails: int
    account: bool
    account_stays: bool


class Traces(NamedTuple):
    """All rows about one address that the actor may see, as querysets that are not read yet.
    ``naming`` rows are about others and hold the address in passing."""

    address: str
    account: User | None
    is_root: bool
    answers: RsvpQuerySet
    check_ins: QuerySet[CheckIn]
    messages: QuerySet[Message]
    visitor_notes: QuerySet[Message]
    comments: CommentQuerySet
    invitations: QuerySet[Invitation]
    hosted: EventQuerySet
    links: QuerySet[EventLink]
    reports: QuerySet[Report]
    mails: QuerySet[Mail]
    suppressions: QuerySet[Suppression]
    mails_naming: QuerySet[Mail]
    changes_naming: QuerySet[Change]
    history_naming: QuerySet[LogEntry]
    tasks_naming: QuerySet[DBTaskResult[Any, Any]]

    @property
    def account_goes(self) -> bool:
        """Whether the account can be erased. One that somebody organizes with is for root to
        delete."""
        return self.account is not None and not (self.account.is_staff or self.account.is_superuser)

    def event_ids(self) -> list[UUID]:
        """The events that any of it is on."""
        ids: set[UUID] = set(self.hosted.order_by().values_list("id", flat=True))
        on_events: tuple[QuerySet[Any], ...] = (
            *(self.answers, self.visitor_notes, self.invitations, self.reports),
            self.links.exclude(event=None),
        )
        for rows in on_events:
            ids |= set(rows.order_by().values_list("event_id", flat=True))
        return sorted(ids)

    def held(self) -> Held:
        """How much there is."""
        return Held(
            self.answers.count(),
            self.messages.count() + self.visitor_notes.count(),
            self.comments.count(),
            self.invitations.count(),
            self.hosted.count(),
            self.links.count(),
            self.reports.count(),
            self.mails.count(),
            self.account_goes,
            self.account is not None and not self.account_goes,
        )


def find_traces(actor: Actor, address: str) -> Traces:
    """What is held about the address, whatever its case: of everything for root, of their own
    organisation's events for organizers, nothing for anybody else. Raises Invalid (``email``)."""
    address = _ADDRESS.clean("email", address).lower()

    def theirs(rows: Rows, path: str) -> Rows:
        return organized_by(actor, rows, path)

    def root_alone(rows: Rows) -> Rows:
        return rows if actor.is_root else rows.none()

    user = User.objects.filter(email__iexact=address).first()
    answers = theirs(Rsvp.objects.filter(_of(address) | _by(user, "user")), "event__tenant")
    rsvp_ids = answers.order_by().values("id")
    notes = Message.objects.filter(type=MessageType.VISITOR_NOTE, content__icontains=f"<{address}>")
    recipients = [recipient_of(address)]
    mails = Mail.objects.filter(
        Q(recipient__in=recipients) | Q(address__iexact=address) | Q(rsvp_id__in=rsvp_ids)
    )
    if not actor.is_root:
        mails = mails.for_organizers()
    keys = [*recipients, address_key(address)]
    return Traces(
        address=address,
        account=user if actor.is_root else None,
        is_root=actor.is_root,
        answers=answers,
        check_ins=CheckIn.objects.filter(rsvp__in=rsvp_ids),
        messages=Message.objects.filter(rsvp__in=rsvp_ids),
        visitor_notes=theirs(notes, "event__tenant"),
        comments=Comment.objects.filter(rsvp__in=rsvp_ids)
        | theirs(Comment.objects.filter(_by(user, "author")), "tenant"),
        invitations=theirs(Invitation.objects.filter(_of(address)), "event__tenant"),
        hosted=theirs(Event.objects.filter(host_email__iexact=address), "tenant"),
        links=theirs(EventLink.objects.filter(_of(address), series=None), "event__tenant")
        | theirs(EventLink.objects.filter(_of(address), event=None), "series__tenant"),
        reports=root_alone(Report.objects.filter(_of(address))),
        mails=theirs(mails, "tenant_id"),
        suppressions=root_alone(Suppression.objects.filter(recipient__in=keys)),
        mails_naming=theirs(_naming(Mail.objects.all(), address, "data", "detail"), "tenant_id"),
        changes_naming=theirs(
            _naming(Change.objects.all(), address, "data", "erased"), "tenant_id"
        ),
        history_naming=theirs(
            _naming(LogEntry.objects.all(), address, "object_repr", "change_message"),
            "user__tenant",
        ),
        tasks_naming=root_alone(
            _naming(
                DBTaskResult.objects.exclude(status=TaskResultStatus.RUNNING),
                address,
                *("args_kwargs", "return_value", "traceback"),
            )
        ),
    )


def _of(address: str) -> Q:
    return Q(email__iexact=address)


def _by(user: User | None, column: str) -> Q:
    return Q(pk__in=[]) if user is None else Q(**{column: user.pk})


def _naming(rows: Rows, address: str, *columns: str) -> Rows:
    """Rows that hold the address anywhere in these columns; JSON may spell it with escapes."""
    held = Q()
    for column in columns:
        rows = rows.alias(**{f"{column}_text": Cast(column, TextField())})
        for spelling in {address, json.dumps(address)[1:-1]}:
            held |= Q(**{f"{column}_text__icontains": spelling})
    return rows.filter(held)
