"""Log lines: for people or as JSON, with the request they belong to, and never with a key.

Whatever looks like a key is masked, be it by its prefix or as the end of a path that
``settings.SECRET_PATHS`` names.
"""

from __future__ import annotations

import logging
import re
from contextvars import ContextVar
from functools import cache
from typing import Any

from django.conf import settings
from pythonjsonlogger.core import RESERVED_ATTRS
from pythonjsonlogger.json import JsonFormatter

# The id of the request that this thread answers; None outside of one. A thread answers one request
# after the other, and the next one overwrites it.
request_id: ContextVar[str | None] = ContextVar("request_id", default=None)

# No word boundary in front: a key may follow a letter of an escape, as in `%2Fcvo_` or `\ncvo_`.
_KEY = re.compile(r"(cv[a-z]_|[ps]k_live_)[A-Za-z0-9_-]{8,}")
# The same with any of its characters percent-encoded, once or several times over.
_PERCENT = r"%(?:25)*"
_ENCODED_KEY = re.compile(
    rf"((?:c|{_PERCENT}63)(?:v|{_PERCENT}76)(?:[a-z]|{_PERCENT}[67][0-9a-f])"
    rf"|(?:[ps]|{_PERCENT}7[03])(?:k|{_PERCENT}6b)(?:_|{_PERCENT}5f)"
    rf"(?:l|{_PERCENT}6c)(?:i|{_PERCENT}69)(?:v|{_PERCENT}76)(?:e|{_PERCENT}65))"
    rf"(?:_|{_PERCENT}5f)(?:[a-z0-9_-]|{_PERCENT}(?:2d|3[0-9]|[46][1-9a-f]|[57][0-9a]|5f)){{8,}}",
    re.IGNORECASE,
)
# A token of another server that is the last part of a path: 256 random bits. No name of ours is of
# this length and holds a capital.
_FOREIGN_TOKEN = re.compile(
    r"(?<=/)(?=[a-z0-9_%-]*[A-Z])(?:[A-Za-z0-9_-]|%(?:2[dD]|5[fF])){43}(?![\w%-])"
)


def redact(text: str) -> str:
    """``text`` with every token and key cut down to its prefix, and without the random parts of
    secret paths."""
    # Looking for a plain part first costs a tenth of the pattern, and most lines have none.
    if "cv" in text or "k_live_" in text:
        text = _KEY.sub(r"\1[redacted]", text)
    if "%" in text:
        text = _ENCODED_KEY.sub(r"\1_[redacted]", text)
    text = _FOREIGN_TOKEN.sub("[redacted]", text)
    return _secret_path().sub(r"\1[redacted]", text)


@cache
def _secret_path() -> re.Pattern[str]:
    """A name in one of these folders may be a key: then it ends in 96 random bits."""
    folders = "|".join(settings.SECRET_PATHS)
    return re.compile(rf"(/(?:{folders})/[\w-]*?)[a-z2-7]{{20}}(?![\w-])")


class RequestIds(logging.Filter):
    """Puts the id of the request into every line that is written during it."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through."""
        if current := request_id.get():
            record.request_id = current
        return True


class Brief(logging.Filter):
    """Leaves out the traceback of a request that was refused as suspicious: anybody can send as
    many of them as they like."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through."""
        if record.name.startswith("django.security."):
            record.exc_info = None
        return True


class RedactTokens(logging.Filter):
    """Masks keys in the message and its arguments, whatever formatter comes after."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Always lets the record through, masked."""
        record.msg = redact(record.getMessage())
        record.args = None
        return True


class RedactingFormatter(logging.Formatter):
    """Masks keys in tracebacks too, which are rendered after the filters ran."""

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, masked."""
        return redact(super().format(record))


class RedactingJsonFormatter(JsonFormatter):
    """One JSON object a line: time (UTC), level, logger, message, request_id, whatever the caller
    gave as ``extra``, and exception with the whole traceback. Masked when it is finished."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            ["levelname", "name", "message"],
            timestamp="time",
            rename_fields={
                "levelname": "level",
                "name": "logger",
                "exc_info": "exception",
                "stack_info": "stack",
                "status_code": "status",
            },
            # Django's lines about a request carry the request itself.
            reserved_attrs=[*RESERVED_ATTRS, "request", "server_time"],
            **options,
        )

    def format(self, record: logging.LogRecord) -> str:
        """The finished line, masked; no key holds a character that JSON would escape."""
        return redact(super().format(record))


def logging_to_console(format: str, level: str) -> dict[str, Any]:
    """The setting LOGGING: lines from ``level`` up go to the console, as ``text`` or ``json``."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {
            "request": {"()": "config.logs.RequestIds"},
            "brief": {"()": "config.logs.Brief"},
            "redact": {"()": "config.logs.RedactTokens"},
        },
        "formatters": {
            "text": {
                "()": "config.logs.RedactingFormatter",
                "fmt": "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s",
                "defaults": {"request_id": "-"},
            },
            "json": {"()": "config.logs.RedactingJsonFormatter"},
        },
        "handlers": {
            "console": {
                "class": "logging.StreamHandler",
                "filters": ["request", "brief", "redact"],
                "formatter": format,
            }
        },
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            # The server's own lines, in the same format.
            "_granian": {"handlers": [], "level": "WARNING", "propagate": True},
        },
    }
