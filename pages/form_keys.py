"""One-time keys of forms: what is sent twice is carried out once.

A form holds a fresh key each time it is shown. The key protects nobody; that is what the CSRF token
is for, and every form needs one as well. So a form without a key, sent by a script or from a page
that has been open for long, is carried out as it comes.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from typing import Any, cast
from uuid import UUID, uuid4

from django.contrib.messages import get_messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.http.response import HttpResponseBase
from django.utils.html import format_html
from django.utils.safestring import SafeString

from access.errors import IdempotencyKeyReused
from access.idempotency import Sent, respond_once
from config.errors import DomainError

_FIELD = "form_key"
# What differs each time the same form is shown.
_OF_THE_PAGE = (_FIELD, "csrfmiddlewaretoken")
# What a page answers when it carried a form out: 303, or a page that shows what was made.
_CARRIED_OUT = range(200, 400)


class Refused(QueryDict):
    """The contents of a form that is not carried out, whatever it says: a form made of them shows
    them and is never valid. ``problem`` says why."""

    problem: DomainError


def key_field() -> SafeString:
    """A hidden field with a fresh key."""
    return format_html('<input type="hidden" name="{}" value="{}">', _FIELD, uuid4())


def submit_once(
    request: HttpRequest,
    credential: str,
    act: Callable[[], HttpResponseBase],
    *,
    event_id: UUID | None = None,
) -> HttpResponseBase:
    """What a page answers to a form that may have been sent before, cookies and messages included.
    A second tap waits for the first to be through. ``event_id`` is as in respond_once().

    The same key with other contents shows the form again, filled in, with a fresh key: 422. Where
    the page cannot show it, raises IdempotencyKeyReused. Any other request is simply carried out.
    """
    key = _key_of(request)
    if key is None:
        return act()

    def work() -> HttpResponse:
        response = cast(HttpResponse, act())
        messages: Any = get_messages(request)
        messages.update(response)  # so that their cookie is stored with the response
        return response

    try:
        return respond_once(
            Sent(
                key=str(key),
                credential=credential,
                works=bool(credential),
                method=str(request.method),
                path=request.path,
                query=request.META["QUERY_STRING"],
                body=_digest(request.POST),
            ),
            work,
            keep=_CARRIED_OUT,
            wait=True,
            event_id=event_id,
        )
    except IdempotencyKeyReused:
        return show_again(request, act, IdempotencyKeyReused("form_sent_before"), status=422)


def show_again(
    request: HttpRequest,
    act: Callable[[], HttpResponseBase],
    problem: DomainError,
    *,
    status: int,
) -> HttpResponseBase:
    """The page of a form that is not carried out, filled in as it was sent, with a fresh key and
    the reason. Raises ``problem`` for a form without a key, and where the page cannot show it."""
    if _key_of(request) is None:
        raise problem
    refused: Any = Refused(mutable=True)
    refused.update(request.POST)
    refused.problem = problem
    request.POST = refused
    with transaction.atomic():
        response = act()
        transaction.set_rollback(True)
    if response.status_code in _CARRIED_OUT:
        raise problem
    response.status_code = status
    return response


def _key_of(request: HttpRequest) -> UUID | None:
    try:
        return UUID(request.POST[_FIELD]) if request.method == "POST" else None
    except (KeyError, ValueError):
        return None


def _digest(contents: QueryDict) -> bytes:
    told = sorted((name, said) for name, said in contents.lists() if name not in _OF_THE_PAGE)
    return hashlib.sha256(json.dumps(told).encode()).digest()
