"""What every HTML page shares: knowing the caller, refusing politely, keeping keys private.

In the browser a capability link is exchanged once: its token moves into an HttpOnly cookie limited
to the event's path, and the address bar shows a clean URL.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial, wraps
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy

from access.actors import actor_from
from access.sentences import message_of
from access.throttling import Act, count_write, too_often
from accounts.domain.actors import Actor
from api.refusals import status_of
from config import errors
from pages.errors import error_page
from pages.form_keys import show_again, submit_once
from pages.kept import kept_page

OWNER_COOKIE = "convene_owner"
GUEST_COOKIE = "convene_guest"
DOOR_COOKIE = "convene_door"
VIEWER_COOKIE = "convene_viewer"
# The link of a series, on the pages of the series; OWNER_COOKIE holds it on those of an occurrence.
SERIES_COOKIE = "convene_series"
_LINK_COOKIES = (OWNER_COOKIE, SERIES_COOKIE, GUEST_COOKIE, DOOR_COOKIE, VIEWER_COOKIE)
_YEAR = 365 * 24 * 3600
_NO_LINK = gettext_lazy("Open this page with your private link.")


class PageRequest(HttpRequest):
    """A request that page() prepared: it knows its caller."""

    actor: Actor


def page(
    view: Callable[..., HttpResponseBase] | None = None,
    *,
    private: bool = False,
    throttle: Act | None = None,
) -> Callable[..., Any]:
    """Makes a function a page.

    It finds ``request.actor`` (link cookies and signed-in user), turns a DomainError into an error
    page, carries a form with a one-time key out once, shows it again as it was sent to those who
    have to wait, and keeps whatever a key opened, and every answer to a form, out of caches and
    search engines. ``private`` does so for everybody; ``throttle`` says what its forms count as.
    """
    if view is None:
        return lambda function: page(function, private=private, throttle=throttle)

    @wraps(view)
    def wrapped(request: Any, *args: Any, **kwargs: Any) -> HttpResponseBase:
        request.actor = _actor_of(request)
        response: HttpResponseBase
        quota = None
        if throttle and request.method == "POST":
            quota = count_write(request, request.actor, throttle, kwargs.get("event_id"))
        act = partial(kept_page, request, partial(view, request, *args, **kwargs))
        try:
            try:
                if quota and quota.spent:
                    raise too_often(quota)
                credential = _credential_of(request.actor, answering=throttle == "answers")
                # Answers for a series lock its other events, too.
                alone = throttle == "answers" and "following" not in request.POST
                event_id = kwargs.get("event_id") if alone else None
                response = submit_once(request, credential, act, event_id=event_id)
            except errors.TooManyRequests as problem:
                response = show_again(request, act, problem, status=status_of(problem))
                response.headers["Retry-After"] = str(problem.wait)
        except errors.DomainError as problem:
            response = refusal(request, problem)
        if quota:
            for name, said in quota.headers.items():
                response.headers[name] = said
        # The answer to a form may hand over a key.
        if private or request.actor.presented or request.method == "POST":
            keep_private(response)
        elif request.META.get("CSRF_COOKIE_NEEDS_UPDATE"):
            # It shows a form, whose token and key are for one visitor.
            response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ["Cookie"])
        return response

    return wrapped


def refusal(request: HttpRequest, problem: errors.DomainError) -> HttpResponse:
    """A domain error as a page."""
    status, said = told(problem)
    response = error_page(request, status, said)
    if isinstance(problem, errors.TooManyRequests):
        response.headers["Retry-After"] = str(problem.wait)
    return response


def told(problem: errors.DomainError) -> tuple[int, str]:
    """The HTTP status and the sentence of a domain error, for a page that shows it in its place."""
    said = str(_NO_LINK) if isinstance(problem, errors.Unauthenticated) else message_of(problem)
    return status_of(problem), said


def keep_private(response: HttpResponseBase) -> None:
    """Keeps a response out of every cache and every search engine."""
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Robots-Tag"] = "noindex, nofollow"


def hand_over(response: HttpResponse, name: str, event_id: UUID, token: str) -> HttpResponse:
    """Puts a capability token into the browser's keeping, for this event's pages only."""
    return _keep(response, name, f"/e/{event_id}", token)


def hand_over_series(response: HttpResponse, series_id: UUID, token: str) -> HttpResponse:
    """The same with the link of a series, for the pages of the series only."""
    return _keep(response, SERIES_COOKIE, f"/s/{series_id}", token)


def take_back(response: HttpResponse, name: str, event_id: UUID) -> HttpResponse:
    """Removes a token from the browser's keeping."""
    response.delete_cookie(name, path=f"/e/{event_id}", samesite="Lax")
    return response


def see_other(name: str, *args: Any, anchor: str | None = None) -> HttpResponse:
    """303 to a named page: what a browser shows after a form was carried out. ``anchor`` is the id
    of the part of the page that it was about."""
    return HttpResponseRedirect(reverse(name, args=args, fragment=anchor), status=303)


def page_number(request: HttpRequest, name: str = "page") -> int:
    """The page of a list the visitor asked for; 1 when that is not a number from 1 up."""
    try:
        return max(int(request.GET.get(name, "1")), 1)
    except ValueError:
        return 1


def _keep(response: HttpResponse, name: str, path: str, token: str) -> HttpResponse:
    response.set_cookie(
        name,
        token,
        max_age=_YEAR,
        path=path,
        httponly=True,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def _actor_of(request: Any) -> Actor:
    tokens = [request.COOKIES[n] for n in _LINK_COOKIES if n in request.COOKIES]
    user = request.user if request.user.is_authenticated else None
    return actor_from(tokens, user=user)


def _credential_of(actor: Actor, *, answering: bool) -> str:
    """What a form's key is bound to: the links and the account that the caller holds. When
    ``answering``, a guest's own link is not among them: the RSVP form hands it over, and the second
    tap on its button may bring it along."""
    grants = (actor.link, None if answering else actor.rsvp)
    links = [grant.token for grant in grants if grant]
    return "\n".join([*links, *([str(actor.user_id)] if actor.user_id else [])])
