"""Serves generated covers."""

from __future__ import annotations

from uuid import UUID

from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponsePermanentRedirect,
    HttpResponseRedirect,
)
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.views.decorators.http import require_safe

from access.events import seen
from accounts.domain.actors import ANONYMOUS
from config.errors import NotFound
from config.kept import kept_once
from config.media import IMAGE_HEADERS
from pages.covers.addresses import ART, SHAPES, Drawing, address_of, read_key
from pages.covers.share import share_card, share_path
from pages.covers.share_image import share_png
from pages.covers.svg import cover_svg
from pages.event import kept_as_private

# Colours mix by a rule of style within the picture, and nothing else is let in.
_HEADERS = IMAGE_HEADERS | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"
}


@require_safe
def generated_cover(request: HttpRequest, art: int, key: str) -> HttpResponse:
    """A cover by its address, for anybody: nothing is looked up. Addresses of how covers looked
    before lead to the present one."""
    drawing = read_key(key)
    if drawing is None:
        raise Http404
    if art != ART:
        return HttpResponsePermanentRedirect(address_of(drawing))
    return HttpResponse(_drawn(drawing), content_type="image/svg+xml", headers=_HEADERS)


@require_safe
def share_image(request: HttpRequest, event_id: UUID, version: str) -> HttpResponse:
    """The image that is shown with a link to an event, to everybody as to a stranger. A version
    that is not the present one leads there. Drawing takes a while: config/lanes.py."""
    try:
        event = seen(ANONYMOUS, event_id)
    except NotFound:
        raise Http404 from None
    card = share_card(event.row, timezone.now())
    response: HttpResponse
    if version != card.version:
        response = HttpResponseRedirect(share_path(event_id, card))
        response.headers["Cache-Control"] = "no-cache"
    else:
        etag = f'"{card.version}"'
        response = get_conditional_response(request, etag=etag) or HttpResponse(
            share_png(card), content_type="image/png"
        )
        for name, said in (IMAGE_HEADERS | {"ETag": etag}).items():
            response.headers[name] = said
    return kept_as_private(response, event.facts)


@kept_once
def _drawn(drawing: Drawing) -> bytes:
    width, height = SHAPES[drawing.shape]
    # A list shows thirty covers of the smaller shape, where grain is not seen and costs time.
    return cover_svg(
        drawing.seed,
        width=width,
        height=height,
        night=drawing.night,
        date_block=drawing.date_block,
        grain=drawing.shape != "wide",
    ).encode()
