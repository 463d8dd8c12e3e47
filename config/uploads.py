"""How much a client may upload, whatever it is: the largest image, and the form around it."""

from __future__ import annotations

import hashlib
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadhandler import FileUploadHandler
from django.http import HttpRequest

from config.images import MOST_BYTES


class LimitedUploadHandler(FileUploadHandler):
    """Refuses a form with files before it is read when it is larger than any we take."""

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - the framework calls it so
        content_length: int,
        boundary: str,
        encoding: str | None = None,
    ) -> None:
        """Nothing, so that the form is read. Raises RequestDataTooBig past the limit."""
        if content_length > MOST_BYTES + settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            raise RequestDataTooBig(f"A form of {content_length} bytes is too large.")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes:
        """The chunk, for the next handler."""
        return raw_data

    def file_complete(self, file_size: int) -> None:
        """Nothing: the next handler keeps the file."""


def body_digest(request: HttpRequest) -> bytes:
    """The SHA-256 of a body that nobody has read yet, files and all, and that stays readable.
    Raises RequestDataTooBig past the largest body that is kept."""
    body = request.read(settings.MOST_BODY_BYTES + 1)
    if len(body) > settings.MOST_BODY_BYTES:
        raise RequestDataTooBig("The body is larger than anything that is accepted.")
    # What ``request.body`` would have kept, had it not been limited to forms without files.
    request._body = body
    return hashlib.sha256(body).digest()
