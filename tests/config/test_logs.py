"""Log lines never carry a key."""

from __future__ import annotations

import io
import json
import logging
import sys
from collections.abc import Callable, Iterator
from copy import deepcopy
from datetime import datetime, timedelta
from logging.config import DictConfigurator
from typing import Any
from urllib.parse import quote, unquote
from uuid import UUID

import pytest
from django.conf import settings

from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from config.logs import redact, request_id
from tests.conftest import Api
from tests.makers import make_channel, make_event

TOKENS = [mint(kind, UUID(int=7), 1) for kind in TokenKind]
KEYS = [*TOKENS, "sk_live_" + "aB3-_" * 9, "pk_live_" + "x" * 43]


class Written:
    """What the logger tests.keys wrote, through filters and formatters of the settings: as text,
    and as JSON."""

    def __init__(self) -> None:
        self.text, self.json = io.StringIO(), io.StringIO()

    def __str__(self) -> str:
        return self.text.getvalue() + self.json.getvalue()

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The JSON lines."""
        return [json.loads(line) for line in self.json.getvalue().splitlines()]


@pytest.fixture
def log() -> Iterator[Written]:
    """Listens at the logger tests.keys."""
    configurator = DictConfigurator(deepcopy(settings.LOGGING))
    written = Written()
    logger = logging.getLogger("tests.keys")
    for name, out in (("text", written.text), ("json", written.json)):
        handler = logging.StreamHandler(out)
        for one in settings.LOGGING["handlers"]["console"]["filters"]:
            handler.addFilter(
                configurator.configure_filter(deepcopy(settings.LOGGING["filters"][one]))
            )
        made = configurator.configure_formatter(deepcopy(settings.LOGGING["formatters"][name]))
        handler.setFormatter(made)
        logger.addHandler(handler)
    yield written
    for handler in list(logger.handlers):
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
def test_messages_and_arguments(log: Written, key: str, write: Callable[[Any, str], None]) -> None:
    """However the key came into the line."""
    write(logging.getLogger("tests.keys"), key)
    written = str(log)
    assert "[redacted]" in written
    assert key not in written
    assert key[10:30] not in written


@pytest.mark.parametrize("key", KEYS)
def test_tracebacks(log: Written, key: str) -> None:
    """The error's own text, and the lines of its causes."""
    try:
        try:
            raise KeyError(key)
        except KeyError as cause:
            raise ValueError(f"no {key}") from cause
    except ValueError:
        logging.getLogger("tests.keys").exception("failed with %s", key)
    written = str(log)
    assert "ValueError" in written
    assert written.count("[redacted]") >= 3
    assert key not in written


def test_other_words_stay() -> None:
    """Only what looks like a key is masked."""
    line = "GET /e/0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11 cvo_short scvo_ and the rest"
    assert redact(line) == line


@pytest.mark.once
def test_a_refused_request_is_logged_without_its_token(
    api: Api, log: Written, caplog: pytest.LogCaptureFixture
) -> None:
    """Django's own warning names the path, which may hold a guest's token."""
    event = make_event()
    reference = mint(TokenKind.RSVP, UUID(int=7), 1)
    api.delete(f"{event.path}/rsvps/{reference}", event.owner_token)
    (record,) = [record for record in caplog.records if record.name == "django.request"]
    logging.getLogger("tests.keys").handle(record)
    masked = f"{event.path}/rsvps/cvr_[redacted]"
    assert log.text.getvalue().endswith(f"Not Found: {masked}\n")
    (line,) = log.lines
    assert (line["message"], line["status"]) == (f"Not Found: {masked}", 404)
    assert reference[4:] not in str(log)


@pytest.mark.parametrize("key", KEYS)
@pytest.mark.parametrize(
    "encode",
    [
        lambda key: quote(f"/e/1/admin/{key}?then=/", safe=""),
        lambda key: "".join(f"%{ord(letter):02X}" for letter in key),
        lambda key: "".join(f"%{ord(letter):02x}" for letter in key),
        lambda key: quote("".join(f"%{ord(letter):02X}" for letter in key)),
        lambda key: key.replace("_", "%5F").replace("-", "%2d"),
        lambda key: repr(f"\n{key}"),
    ],
    ids=["quoted path", "every letter", "lower case", "twice", "signs", "after an escape"],
)
def test_encoded_keys(encode: Callable[[str], str], key: str) -> None:
    """Percent-encoded in whole or in part, once or twice, and after letters that belong to an
    escape: nothing of the key but its prefix is left."""
    masked = redact(encode(key))
    assert masked.count("[redacted]") == 1
    left = unquote(unquote(masked))
    assert [key[at : at + 8] for at in range(8, len(key) - 8) if key[at : at + 8] in left] == []


@pytest.mark.once
@pytest.mark.django_db
def test_slugs_of_private_channels_in_paths() -> None:
    """They are keys; the slug of a public channel is not."""
    private, public = make_channel(visibility="private"), make_channel()
    for path in ("/c/{}", "/api/v1/channels/{}", "/api/v1/communities/{}/events?x=1"):
        masked = redact(path.format(private.slug))
        assert private.slug[-20:] not in masked
        assert "-[redacted]" in masked
        assert redact(path.format(public.slug)) == path.format(public.slug)


@pytest.mark.parametrize("key", KEYS)
def test_json_lines_are_masked_in_every_field(log: Written, key: str) -> None:
    """In what the caller gave besides, however deep, and in names; each line stays one object."""
    logging.getLogger("tests.keys").info(
        "seen", extra={"given": {"deep": [key, {key: 1}]}, "thing": ValueError(key)}
    )
    (line,) = log.lines
    prefix = key[:8] if "_live_" in key else key[:4]
    masked = f"{prefix}[redacted]"
    assert line["given"] == {"deep": [masked, {masked: 1}]}
    assert key not in str(log)


def test_a_json_line(log: Written) -> None:
    """Time in UTC, level, logger, message; the request's id during one; fields of the caller."""
    logger = logging.getLogger("tests.keys")
    request_id.set(None)
    logger.info("before")
    request_id.set("abc-1")
    logger.warning("within %d", 1, extra={"rows": 3})
    before, within = log.lines
    for line in (before, within):
        assert datetime.fromisoformat(line.pop("time")).utcoffset() == timedelta(0)
    assert before == {"level": "INFO", "logger": "tests.keys", "message": "before"}
    assert within == {
        "level": "WARNING",
        "logger": "tests.keys",
        "message": "within 1",
        "rows": 3,
        "request_id": "abc-1",
    }
    first, second = log.text.getvalue().splitlines()
    assert first.endswith("INFO tests.keys [-] before")
    assert second.endswith("WARNING tests.keys [abc-1] within 1")


def test_an_exception_is_one_json_field(log: Written) -> None:
    """The traceback with its line breaks, in one line; what UTF-8 cannot hold breaks nothing."""
    logger = logging.getLogger("tests.keys")
    try:
        raise ValueError("lone \ud800 surrogate")
    except ValueError:
        record = logger.makeRecord(logger.name, logging.ERROR, "", 0, "failed", (), sys.exc_info())
    for handler in logger.handlers:  # not through the root: the test runner keeps what goes there
        handler.handle(record)
    (line,) = log.lines
    assert line["message"] == "failed"
    assert line["exception"].startswith("Traceback (most recent call last):\n")
    assert "ValueError: lone" in line["exception"]


def test_a_suspicious_request_is_one_line(log: Written) -> None:
    """Anybody can send as many of them as they like."""
    child = logging.getLogger("django.security.tests")
    child.parent = logging.getLogger("tests.keys")
    try:
        raise ValueError("unwanted")
    except ValueError:
        child.exception("A host that is not ours")
    assert log.text.getvalue().count("\n") == 1
    assert log.lines[0].keys().isdisjoint({"exception"})


def test_every_handler_redacts() -> None:
    """A handler added later must not forget it."""
    for name, handler in settings.LOGGING["handlers"].items():
        assert handler.get("filters") == ["request", "brief", "redact"], name
        assert handler.get("formatter") in ("text", "json"), name
    assert settings.LOGGING["root"]["handlers"] == ["console"]
    assert settings.LOGGING["filters"]["redact"]["()"] == "config.logs.RedactTokens"
    assert {name: made["()"] for name, made in settings.LOGGING["formatters"].items()} == {
        "text": "config.logs.RedactingFormatter",
        "json": "config.logs.RedactingJsonFormatter",
    }


def test_tokens_of_other_servers() -> None:
    """As the last part of a path, and in no other name of that length."""
    token = "aB3-_" * 8 + "xY9"
    slug = "a-long-slug-of-forty-three-characters-12345"
    assert len(token) == len(slug) == 43
    assert redact(f"GET /e/7/admin/{token}?x=1") == "GET /e/7/admin/[redacted]?x=1"
    assert redact(f"/e/7/rsvp/{quote(token).replace('-', '%2D')} 200") == "/e/7/rsvp/[redacted] 200"
    assert redact(f"/c/{slug} /e/7/rsvp/{token}x") == f"/c/{slug} /e/7/rsvp/{token}x"
