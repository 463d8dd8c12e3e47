"""Log lines never carry a key."""

from __future__ import annotations

import io
import logging
from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID

import pytest
from django.conf import settings

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from config.logs import RedactingFormatter, RedactTokens, redact
from tests.conftest import Api
from tests.makers import make_event

TOKENS = [mint(kind, UUID(int=7), 1) for kind in TokenKind]
KEYS = [*TOKENS, "sk_live_" + "aB3-_" * 9, "pk_live_" + "x" * 43]


@pytest.fixture
def log() -> Iterator[Callable[[], str]]:
    """What the logger tests.keys wrote, through the filter and formatter of the settings."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    handler.addFilter(RedactTokens())
    handler.setFormatter(RedactingFormatter(settings.LOGGING["formatters"]["line"]["format"]))
    logger = logging.getLogger("tests.keys")
    logger.addHandler(handler)
    yield out.getvalue
    logger.removeHandler(handler)


@pytest.mark.parametrize("key", KEYS)
def test_keys_are_cut_down_to_their_prefix(key: str) -> None:
    """Wherever they stand in a line; what is around them stays."""
    prefix = key[:8] if "_live_" in key else key[:4]
    for before, after in (("", ""), ("GET /e/1/rsvp/", "?x=1"), ("Bearer ", '"'), ("x,", ".")):
        assert redact(f"{before}{key}{after}") == f"{before}{prefix}[redacted]{after}"


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "write",
    [
        lambda logger, key: logger.warning(f"Forbidden: {key}"),
        lambda logger, key: logger.warning("Forbidden: %s", key),
        lambda logger, key: logger.warning("%(path)s", {"path": f"/e/1/admin/{key}"}),
        lambda logger, key: logger.warning("%r", [key, {key: key}]),
        lambda logger, key: logger.warning("Header: %s", f"Bearer {key}".encode()),
    ],
)
def test_messages_and_arguments(
    log: Callable[[], str], key: str, write: Callable[[Any, str], None]
) -> None:
    """However the key came into the line."""
    write(logging.getLogger("tests.keys"), key)
    written = log()
    assert "[redacted]" in written
    assert key not in written
    assert key[10:30] not in written


@pytest.mark.parametrize("key", KEYS)
def test_tracebacks(log: Callable[[], str], key: str) -> None:
    """The error's own text, and the lines of its causes."""
    try:
        try:
            raise KeyError(key)
        except KeyError as cause:
            raise ValueError(f"no {key}") from cause
    except ValueError:
        logging.getLogger("tests.keys").exception("failed with %s", key)
    written = log()
    assert "ValueError" in written
    assert written.count("[redacted]") >= 3
    assert key not in written


def test_other_words_stay() -> None:
    """Only what looks like a key is masked."""
    line = "GET /e/0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11 cvo_short scvo_ and the rest"
    assert redact(line) == line


def test_a_refused_request_is_logged_without_its_token(
    api: Api, log: Callable[[], str], caplog: pytest.LogCaptureFixture
) -> None:
    """Django's own warning names the path, which may hold a guest's token."""
    event = make_event()
    reference = mint(TokenKind.RSVP, UUID(int=7), 1)
    api.delete(f"{event.path}/rsvps/{reference}", event.owner_token)
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    logging.getLogger("tests.keys").handle(record)
    assert log().endswith(f"Not Found: {event.path}/rsvps/cvr_[redacted]\n")


def test_every_handler_redacts() -> None:
    """A handler added later must not forget it."""
    for name, handler in settings.LOGGING["handlers"].items():
        assert handler.get("filters") == ["redact"], name
        assert handler.get("formatter") == "line", name
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert settings.LOGGING["filters"]["redact"]["()"] == "config.logs.RedactTokens"
    assert settings.LOGGING["formatters"]["line"]["()"] == "config.logs.RedactingFormatter"
