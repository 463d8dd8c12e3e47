"""Every request has an id, and where it is wanted one log line."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from secrets import token_hex
from time import perf_counter

from django.conf import settings
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.encoding import escape_uri_path

from config.clients import client_address
from config.logs import request_id

Handler = Callable[[HttpRequest], HttpResponseBase]

_log = logging.getLogger("convene.access")
# What a proxy may hand down: long enough for a UUID or a trace id, nothing that breaks a line.
_SANE = re.compile(r"[A-Za-z0-9._-]{1,64}")


def request_ids(get_response: Handler) -> Handler:
    """Middleware: X-Request-ID as the caller gave it, else a new one, in the answer and in every
    log line that is written meanwhile."""

    def identify(request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("x-request-id")
        current = given if given and _SANE.fullmatch(given) else token_hex(8)
        request_id.set(current)
        response = get_response(request)
        response.headers["X-Request-ID"] = current
        return response

    return identify


def access_log(get_response: Handler) -> Handler:
    """Middleware of settings.ACCESS_LOG: one line for each request once its answer begins.

    Without the query string, in which people search and clients send addresses; with the client's
    address only where settings.LOG_CLIENTS asks for it.
    """

    def write(request: HttpRequest) -> HttpResponseBase:
        began = perf_counter()
        response = get_response(request)
        path = escape_uri_path(request.path)
        said = f"{request.method} {path} {response.status_code}"
        fields: dict[str, object] = {
            "method": request.method,
            "path": path,
            "status": response.status_code,
            "duration_ms": round((perf_counter() - began) * 1000, 1),
        }
        said += f" {fields['duration_ms']} ms"
        if settings.LOG_CLIENTS:
            fields["client"] = client_address(request)
            said += f" {fields['client']}"
        _log.info(said, extra=fields)
        return response

    return write
