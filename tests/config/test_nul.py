"""PostgreSQL stores no NUL and looks for none: wherever a client may send one, it is nothing worse
than a value that nobody knows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from accounts.models import User
from pages.base import DOOR_COOKIE, GUEST_COOKIE, OWNER_COOKIE, VIEWER_COOKIE
from tests.makers import make_event
from tests.pages.organizer.test_settings import organizer
from tests.pictures import png

pytestmark = pytest.mark.django_db

# A cookie in quotes may write any byte as an octal number; so short a session key is not looked up.
WRITTEN = '"abcdefgh\\000ijklmnop"'
RAW = "abcdefgh\0ijklmnop"
METHODS = ("get", "post", "get", "delete")
APIS = ("/api/", "/social/")
COOKIES = ["sessionid", "csrftoken", "messages"]
COOKIES += [OWNER_COOKIE, GUEST_COOKIE, DOOR_COOKIE, VIEWER_COOKIE]


def addresses() -> list[str]:
    """One of each kind, with an id or a word where the address has a place for one."""
    return sorted(set(_addresses(get_resolver(), "/")))


def _addresses(resolver: URLResolver, before: str) -> Iterator[str]:
    for entry in resolver.url_patterns:
        path = before + str(entry.pattern)
        if isinstance(entry, URLPattern):
            path = re.sub(r"<uuid:\w+>", str(uuid4()), path)
            path = re.sub(r"<int:\w+>", "1", path)
            path = re.sub(r"<(\w+:)?\w+>|\(\?P<\w+>[^)]*\)", "word", path)
            yield re.sub(r"\^|\\Z|\$|\?$", "", path)
        else:
            yield from _addresses(entry, path)


def refused_or_ignored(paths: list[str], **more: Any) -> None:
    """Whatever is sent to these addresses, in one way after the other: an answer, and no 5xx."""
    client = Client(raise_request_exception=False)
    wrong = [
        (method, path, answer.status_code)
        for turn, path in enumerate(paths)
        for method in [METHODS[turn % len(METHODS)]]
        if (answer := getattr(client, method)(path, **more)).status_code >= 500
    ]
    assert wrong == []


@pytest.mark.slow
@pytest.mark.stricter
def test_cookies() -> None:
    """Those of sessions and forms, and those that hold links."""
    sent = {"Cookie": "; ".join(f"{name}={WRITTEN}" for name in COOKIES)}
    refused_or_ignored([each for each in addresses() if not each.startswith(APIS)], headers=sent)


@pytest.mark.slow
@pytest.mark.stricter
@pytest.mark.parametrize("token", [RAW, f"cvt_{RAW}"])
def test_credentials(token: str) -> None:
    """As a bearer token and as an API key; pages read neither."""
    of_apis = [each for each in addresses() if each.startswith(APIS)]
    refused_or_ignored(of_apis, headers={"Authorization": f"Bearer {token}"})
    refused_or_ignored(of_apis, headers={"X-API-Key": token, "Idempotency-Key": token})


@pytest.mark.slow
@pytest.mark.stricter
def test_query_strings() -> None:
    """Every name that something reads, all at once."""
    names = "q search token cursor page limit offset next channel slug tag tags order sort from to"
    names += " status format id content_id content_type p o e page_token pageToken user email"
    sent = "&".join(f"{name}={'a%00b'}" for name in names.split())
    refused_or_ignored(addresses(), QUERY_STRING=sent)


@pytest.mark.once
def test_a_session_that_cannot_be() -> None:
    """Is nobody's: pages are as they are for a visitor, and the admin asks who it is."""
    sent = {"Cookie": f"sessionid={WRITTEN}"}
    client = Client()
    assert client.get(reverse("event", args=[make_event().id]), headers=sent).status_code == 200
    answer = client.get("/admin/", headers=sent)
    assert (answer.status_code, answer["Location"]) == (302, "/admin/login/?next=/admin/")


def test_a_session_that_is() -> None:
    """Is kept, whatever other cookies hold."""
    client = Client()
    client.force_login(User.objects.create_superuser("root@example.org", "a long passphrase"))
    key = client.cookies["sessionid"].value
    sent = {"Cookie": f"other={WRITTEN}; sessionid={key}"}
    assert Client().get("/admin/", headers=sent).status_code == 200


def test_signing_in() -> None:
    """The form says so."""
    for sent in ({"username": RAW, "password": "x"}, {"username": "a@b.de", "password": RAW}):
        answer = Client().post("/admin/login/", sent)
        assert answer.status_code == 200
        assert answer.context["form"].errors


@pytest.mark.once
def test_names_of_files_and_fields() -> None:
    """A file's name is only shown, a field's is unknown."""
    event = make_event()
    client = organizer(event)
    client.raise_request_exception = False
    for path in ("/new", reverse("cover", args=[event.id])):
        for name in ("image", "image\0", "title\0"):
            body = {name: SimpleUploadedFile("a\0b.png", png(), "image/png"), "title": "a"}
            assert client.post(path, body).status_code < 500
