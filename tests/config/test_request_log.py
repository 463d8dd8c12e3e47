"""Every request has an id; where access lines are wanted, one line without any key."""

from __future__ import annotations

import logging
import re
from typing import Any

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import override_settings

from accounts.domain.root import root_token
from config.logs import request_id
from config.request_log import access_log, request_ids
from tests.makers import make_event

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture
def access(caplog: pytest.LogCaptureFixture, settings: Any) -> pytest.LogCaptureFixture:
    """The lines of a server that writes them."""
    settings.MIDDLEWARE = [
        settings.MIDDLEWARE[0],
        "config.request_log.access_log",
        *(name for name in settings.MIDDLEWARE[1:] if name != "config.request_log.access_log"),
    ]
    caplog.set_level(logging.INFO, logger="convene.access")
    return caplog


@pytest.mark.parametrize("path", ["/", "/api/v1/channels", "/healthz", "/nowhere", "/api/v1/no"])
def test_every_answer_has_an_id(client: Client, path: str) -> None:
    """On pages, in APIs and for errors; a new one each time, unless the caller brings one."""
    first, second = (client.get(path).headers["X-Request-ID"] for _ in range(2))
    assert re.fullmatch(r"[0-9a-f]{16}", first)
    assert first != second
    given = "0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11"
    assert client.get(path, headers={"X-Request-ID": given}).headers["X-Request-ID"] == given


@pytest.mark.parametrize(
    "given", ["", " ", "a b", "x" * 65, "new\tline", "<script>", "é", 'a"b', "a,b", "a\\b"]
)
def test_an_id_that_could_break_a_line_is_not_taken(client: Client, given: str) -> None:
    """Too long, or with anything but letters, digits and . _ -"""
    answer = client.get("/healthz", headers={"X-Request-ID": given})
    assert re.fullmatch(r"[0-9a-f]{16}", answer.headers["X-Request-ID"])


def test_the_id_is_known_while_the_request_is_answered() -> None:
    """Whoever writes a line meanwhile has it; also after a failure in between."""
    seen = []

    def view(request: HttpRequest) -> HttpResponse:
        seen.append(request_id.get())
        return HttpResponse()

    request_ids(view)(RequestFactory().get("/", headers={"X-Request-ID": "one"}))
    request_ids(view)(RequestFactory().get("/", headers={"X-Request-ID": "two"}))
    assert seen == ["one", "two"]


def test_one_line_for_each_request(client: Client, access: pytest.LogCaptureFixture) -> None:
    """Method, path, status and milliseconds; neither query string nor address."""
    client.get("/api/v1/channels?search=ana@example.org")
    client.post("/nowhere")
    lines = [record for record in access.records if record.name == "convene.access"]
    said = [(line.method, line.path, line.status) for line in lines]  # type: ignore[attr-defined]
    assert said == [("GET", "/api/v1/channels", 200), ("POST", "/nowhere", 404)]
    for line in lines:
        assert line.levelno == logging.INFO
        assert line.duration_ms >= 0  # type: ignore[attr-defined]
        assert not hasattr(line, "client")
        assert re.fullmatch(r"(GET|POST) \S+ \d+ [\d.]+ ms", line.getMessage())
    assert "ana@example.org" not in access.text


def test_a_path_cannot_begin_a_line_of_its_own(
    client: Client, access: pytest.LogCaptureFixture
) -> None:
    """Line breaks in a path stay encoded."""
    client.get("/x%0AERROR forged%0D")
    (line,) = [record for record in access.records if record.name == "convene.access"]
    assert line.path == "/x%0AERROR%20forged%0D"  # type: ignore[attr-defined]
    assert "\n" not in line.getMessage()


def test_addresses_only_where_they_are_wanted(
    client: Client, access: pytest.LogCaptureFixture, settings: Any
) -> None:
    """With LOG_CLIENTS; behind no proxy a forwarded address is not believed."""
    settings.LOG_CLIENTS = True
    settings.REST_FRAMEWORK = settings.REST_FRAMEWORK | {"NUM_PROXIES": 0}
    client.get("/healthz", headers={"X-Forwarded-For": "10.9.8.7"}, REMOTE_ADDR="192.0.2.4")
    (line,) = [record for record in access.records if record.name == "convene.access"]
    assert line.client == "192.0.2.4"  # type: ignore[attr-defined]
    assert line.getMessage().endswith(" ms 192.0.2.4")


def test_a_failure_has_its_line_too(access: pytest.LogCaptureFixture) -> None:
    """What broke inside arrives here as the 500 that it became."""

    def broken(request: HttpRequest) -> HttpResponse:
        return HttpResponse(status=500)

    access_log(broken)(RequestFactory().get("/x"))
    (line,) = [record for record in access.records if record.name == "convene.access"]
    assert line.status == 500  # type: ignore[attr-defined]


@override_settings(LOG_CLIENTS=True)
def test_queries_do_not_grow(client: Client, queries_of: Any, access: Any) -> None:
    """An access line asks the database nothing."""
    event = make_event()
    root_token()
    with override_settings(MIDDLEWARE=[]):
        bare = queries_of(lambda: client.get(event.path))
    assert queries_of(lambda: client.get(event.path)) == bare
