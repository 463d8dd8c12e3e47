"""Serves generated covers."""

from __future__ import annotations

from functools import lru_cache

from django.http import Http404, HttpRequest, HttpResponse, HttpResponsePermanentRedirect
from django.views.decorators.http import require_safe

from config.media import IMAGE_HEADERS
from pages.covers.addresses import ART, SHAPES, Drawing, address_of, read_key
from pages.covers.svg import cover_svg

# Colours mix by a rule of style within the picture, and nothing else is let in.
_HEADERS = IMAGE_HEADERS | {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox"
}
# The largest is below 26 KB, so these are at most 7 MB.
_KEPT = 256


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


@lru_cache(maxsize=_KEPT)
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
