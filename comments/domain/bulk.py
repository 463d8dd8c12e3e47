"""What organizers do to many answers at once. It stands here because writing to guests is one of
these acts."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any
from uuid import UUID

from comments import limits
from comments.domain.messages import write_to_guest
from comments.enums import BulkAction
from config.errors import Invalid
from config.text import clean_text
from rsvps import limits as rsvp_limits
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.bulk import Chosen, Outcome, act_on_all
from rsvps.domain.respond import delete_rsvp

_ACTS: Mapping[BulkAction, Callable[..., object]] = {
    BulkAction.APPROVE: approve,
    BulkAction.REJECT: reject,
    BulkAction.PENDING: back_to_pending,
    BulkAction.MESSAGE: write_to_guest,
    BulkAction.REMOVE: delete_rsvp,
}


def act_on_answers(
    *,
    event_id: UUID,
    action: BulkAction,
    chosen: Chosen,
    words: Mapping[str, str] = MappingProxyType({}),
) -> Outcome:
    """Carries ``action`` out on the chosen answers, as act_on_all() does. ``words`` holds the
    ``reason`` of a rejection, or the ``content`` of a message. Raises Invalid (reason, content) for
    words that are wrong, missing or not of this action, and as act_on_all()."""
    said = _clean(action, words)
    return act_on_all(event_id=event_id, chosen=chosen, act=partial(_ACTS[action], **said))


def _clean(action: BulkAction, words: Mapping[str, str]) -> dict[str, Any]:
    """What is said to all of them, checked even when nobody is chosen."""
    taken = {BulkAction.REJECT: "reason", BulkAction.MESSAGE: "content"}.get(action)
    idle = [name for name, text in words.items() if text and name != taken]
    if idle:
        raise Invalid(dict.fromkeys(idle, "not_of_this_action"))
    text = words.get(taken, "") if taken else ""
    if taken == "reason":
        return {taken: clean_text(text, field=taken, limit=rsvp_limits.REASON, multiline=True)}
    if taken == "content":
        limit = limits.MESSAGE
        text = clean_text(text, field=taken, limit=limit, required=True, multiline=True)
        return {taken: text}
    return {}
