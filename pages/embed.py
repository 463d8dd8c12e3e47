"""What other sites may show in a frame: a card of a public event, a list of a public channel, and
oEmbed (oembed.com, 1.0), which tells their addresses.

They know no visitor: no cookie is read, so everybody is shown what everybody may see. They hold no
form: the button opens the event's own page beside the frame.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import SplitResult, urlencode, urlsplit
from uuid import UUID

from csp.decorators import csp_replace
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.template.loader import render_to_string
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.html import escape
from django.views.decorators.clickjacking import xframe_options_exempt
from django.views.decorators.http import require_safe

from access.events import seen
from access.sentences import field_messages, message_of
from accounts.domain.actors import ANONYMOUS
from api.json import to_json
from api.refusals import error_body
from channels.domain.rooms import channel_by_slug
from channels.enums import Visibility
from channels.facts import ChannelFacts, channel_facts
from config.errors import Invalid, NotFound, flaw
from config.links import base_url
from events.enums import Standing
from events.facts import EventFacts, many_event_facts
from events.models import Event
from events.rows import coming_rows

EVENTS_LISTED = 10
# Seconds that caches may keep it; a new count is not worth more requests.
_KEPT = 60
# Pixels, as far as the page that asks has room.
_CARD, _LIST = (480, 360), (480, 520)
_MOST_PIXELS = 10_000
_FRAMED: Callable[..., Any] = csp_replace(
    {
        "default-src": ["'none'"],
        "style-src": ["'self'"],
        "font-src": ["'self'"],
        "img-src": ["'self'"],
        "form-action": ["'none'"],
        "frame-ancestors": ["*"],
    }
)


def _public(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponseBase]:
    """For views that answer everybody the same: kept by caches, and sent again only when it
    changed. What is not public is not there."""

    @require_safe
    @wraps(view)
    def wrapped(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response = view(request, *args, **kwargs)
        except NotFound as problem:
            response = _framed("embed/missing.html", base_url(request), said=message_of(problem))
            response.status_code = 404
        if response.status_code == 200:
            response.headers["Cache-Control"] = f"public, max-age={_KEPT}"
            response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'
        # A search engine is to find the event's own page.
        response.headers["X-Robots-Tag"] = "noindex"
        answer: HttpResponseBase | None = get_conditional_response(
            request, etag=response.headers.get("ETag"), response=response
        )
        return answer or response

    return wrapped


@xframe_options_exempt
@_FRAMED
@_public
def event_card(request: HttpRequest, event_id: UUID) -> HttpResponse:
    """A public event: when, where, how many are coming, and a button to its page."""
    return _framed("embed/event.html", base_url(request), event=_public_event(event_id))


@xframe_options_exempt
@_FRAMED
@_public
def channel_events(request: HttpRequest, slug: str) -> HttpResponse:
    """What is coming in a public channel."""
    channel, now = _public_channel(slug), timezone.now()
    coming = Event.objects.public().coming(now, channel=channel.id)
    rows = coming_rows(coming, 0, EVENTS_LISTED)
    facts = many_event_facts(rows, lambda row: Standing.PUBLIC, now)
    return _framed("embed/channel.html", base_url(request), channel=channel, events=facts)


@_public
def oembed(request: HttpRequest) -> HttpResponse:
    """How to embed the page of a public event or channel of this site: ``url``, and optionally
    ``maxwidth`` and ``maxheight`` in pixels. JSON alone: another ``format`` is
    a 400."""
    here = base_url(request)
    try:
        if request.GET.get("format", "json") != "json":
            raise Invalid({"format": flaw("not_one_of", choices="json")})
        most = [_pixels(request, name) for name in ("maxwidth", "maxheight")]
        title, src, size = _embedded(here, request.GET.get("url", ""))
    except NotFound as problem:
        return _json(error_body(message_of(problem), problem.code), status=404)
    except Invalid as problem:
        wrong = error_body(message_of(problem), problem.code, field_messages(problem))
        return _json(wrong, status=400)
    width, height = (min(own, limit or own) for own, limit in zip(size, most, strict=True))
    return _json(
        {
            "version": "1.0",
            "type": "rich",
            "provider_name": settings.SITE_NAME,
            "provider_url": here,
            "title": title,
            "cache_age": _KEPT,
            "width": width,
            "height": height,
            "html": frame(src, title, width, height),
        }
    )


def frame(src: str, title: str, width: int = _CARD[0], height: int = _CARD[1]) -> str:
    """The frame that shows an embed, to be pasted into a page."""
    # A plain text, which a template escapes once more.
    return (
        f'<iframe src="{escape(src)}" title="{escape(title)}" width="{width}" height="{height}"'
        ' loading="lazy" style="border:0;max-width:100%"></iframe>'
    )


def event_frame(event: EventFacts, here: str) -> str:
    """The frame of a public event's card; empty for a private one, which has none."""
    if event.is_private:
        return ""
    return frame(f"{here}{reverse('embed-event', args=[event.id])}", event.title)


def oembed_url(url: str, here: str) -> str:
    """Where oEmbed tells of a page of ours."""
    return f"{here}{reverse('oembed')}?{urlencode({'url': url})}"


def _public_event(event_id: UUID) -> EventFacts:
    facts = seen(ANONYMOUS, event_id).facts
    if facts.is_private:
        raise NotFound("event_not_found")
    return facts


def _public_channel(slug: str) -> ChannelFacts:
    found = channel_by_slug(slug)
    if found.visibility != Visibility.PUBLIC:
        raise NotFound("channel_not_found")
    return channel_facts(found)


def _embedded(here: str, url: str) -> tuple[str, str, tuple[int, int]]:
    """The title, the frame's address and its size for a page of ours. Raises Invalid without an
    address, NotFound for any other."""
    if not url:
        raise Invalid({"url": "required"})
    path, own = _split(url), _split(here)
    if (path.scheme, path.netloc.lower()) != (own.scheme, own.netloc.lower()):
        raise NotFound
    try:
        match = resolve(path.path.rstrip("/"))
    except Resolver404:
        raise NotFound from None
    if match.url_name == "event":
        event = _public_event(**match.kwargs)
        return event.title, f"{here}{reverse('embed-event', kwargs=match.kwargs)}", _CARD
    if match.url_name == "channel":
        channel = _public_channel(**match.kwargs)
        return channel.name, f"{here}{reverse('embed-channel', kwargs=match.kwargs)}", _LIST
    raise NotFound


def _split(url: str) -> SplitResult:
    try:
        return urlsplit(url)
    except ValueError:
        raise NotFound from None


def _pixels(request: HttpRequest, name: str) -> int | None:
    said = request.GET.get(name)
    if said is None:
        return None
    number = int(said) if said.isascii() and said.isdigit() and len(said) < 9 else 0
    if number < 1:
        raise Invalid({name: flaw("not_between", lowest=1, highest=_MOST_PIXELS)})
    return number


def _framed(template: str, here: str, **context: Any) -> HttpResponse:
    # Without the request: no context processor reads a session.
    context |= {"here": here, "site_name": settings.SITE_NAME}
    return HttpResponse(render_to_string(template, context))


def _json(body: dict[str, Any], status: int = 200) -> HttpResponse:
    return HttpResponse(to_json(body), content_type="application/json", status=status)
