"""Erasing what is held about one e-mail address."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction

from accounts.domain.actors import Actor
from accounts.domain.tenants import delete_user
from comments.domain.anonymising import ANONYMOUS, REMOVED, anonymise_answers
from comments.domain.comments import erase_comments
from config.errors import NotFound
from events.domain.hosts import keep_cohosts
from events.domain.locking import locked_event, touch
from notify.domain.people.finding import Held, Traces, find_traces
from notify.enums import MailState, Reason
from outbox.domain.emitting import tell
from outbox.enums import Kind


def erase_person(actor: Actor, address: str, *, dry_run: bool = False) -> Held:
    """Erases what find_traces() finds; with ``dry_run`` it only counts. What there was.

    Answers become anonymous as those of past events do, so that events keep their counts: a seat
    that was taken stays taken, by a guest without a name. Each event is one transaction, and what
    is on none of them another one. That an address wants no mail, or was refused, is kept: as a
    keyed hash, so that it goes on getting none. So are records of mails, until they are purged, and
    sealed answers to requests, for a day at most. Raises Invalid (``email``).
    """
    traces = find_traces(actor, address)
    held = traces.held()
    if dry_run:
        return held
    with transaction.atomic():
        # While the answers still tell whose they are.
        _forget_mails(traces)
        _forget_elsewhere(traces)
    for event_id in traces.event_ids():
        try:
            _erase_on(event_id, traces)
        except NotFound:  # deleted since it was listed
            continue
    with transaction.atomic():
        erase_comments(traces.comments)
        traces.links.update(name="", email="", show_name=False)
        if traces.account is not None and traces.account_goes:
            delete_user(user_id=traces.account.pk)
    return held


def _erase_on(event_id: UUID, traces: Traces) -> None:
    with locked_event(event_id) as event:
        here = {"event_id": event_id}
        anonymise_answers(event, traces.answers.filter(**here))
        traces.visitor_notes.filter(**here).update(content=REMOVED)
        traces.invitations.filter(**here).delete()
        traces.reports.filter(**here).update(email="", text="")
        changed = traces.links.filter(**here).update(name="", email="", show_name=False)
        if traces.hosted.filter(pk=event_id).exists():
            changed += touch(event_id, host_email="", host_name="", host_confirmed_at=None)
        if changed:
            keep_cohosts(event_id)
            touch(event_id)
            tell(event, Kind.EVENT_UPDATED, parts=["hosts"])


def _forget_mails(traces: Traces) -> None:
    """Mails on their way are not sent; of the others it stays that there were any."""
    for mails in (traces.mails, traces.mails_naming):
        ids = list(mails.order_by().values_list("id", flat=True))
        known = mails.model._default_manager.filter(pk__in=ids)
        waiting = known.filter(state__in=(MailState.QUEUED, MailState.CLAIMED))
        waiting.update(state=MailState.SKIPPED, reason=Reason.GONE)
        known.update(address="", data={}, detail="")
    traces.suppressions.update(detail="")


def _forget_elsewhere(traces: Traces) -> None:
    """Where the address stands in passing."""
    for change in traces.changes_naming.only("data", "erased"):
        change.data, change.erased = _without(change.data, traces.address), {}
        change.save(update_fields=["data", "erased"])
    traces.history_naming.update(object_repr=ANONYMOUS, change_message="")
    traces.tasks_naming.delete()


def _without(value: Any, address: str) -> Any:
    """The JSON with no text in it that holds the address."""
    if isinstance(value, dict):
        return {name: _without(each, address) for name, each in value.items()}
    if isinstance(value, list):
        return [_without(each, address) for each in value]
    return "" if isinstance(value, str) and address in value.lower() else value
