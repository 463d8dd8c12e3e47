"""Serves stored images, for instances that keep them on disk."""

from __future__ import annotations

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpRequest
from django.views.decorators.http import require_safe

from config.images import mime_type_of

# A stored name is never written twice, so what it names never changes.
IMAGE_HEADERS = {
    "Cache-Control": "public, max-age=31536000, immutable",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cross-Origin-Resource-Policy": "cross-origin",
    "X-Content-Type-Options": "nosniff",
}


@require_safe
def media(request: HttpRequest, folder: str, name: str) -> FileResponse:
    """An image by its stored name. Its type is told by us, and it may run nothing."""
    mime_type = mime_type_of(name)
    path = f"{folder}/{name}"
    if mime_type is None:
        raise Http404
    try:
        file = default_storage.open(path)
    except FileNotFoundError:
        raise Http404 from None
    return FileResponse(file, content_type=mime_type, headers=IMAGE_HEADERS)
