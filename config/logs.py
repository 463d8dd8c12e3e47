"""Log lines never carry a key: whatever looks like a capability token or an API key is masked."""

from __future__ import annotations

import logging
import re

_KEY = re.compile(r"\b(cv[a-z]_|[ps]k_live_)[A-Za-z0-9_-]{8,}")


def redact(text: str) -> str:
    """``text`` with every capability token and API key cut down to its prefix."""
    return _KEY.sub(r"\1[redacted]", text)


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
