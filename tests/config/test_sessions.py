"""Staying signed in, without anything in the database that could be used to do so."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.models import User
from tests.makers import make_user

pytestmark = pytest.mark.django_db
LOGIN = "/admin/login/?next=/admin/"


@pytest.fixture
def signed_in(client: Client) -> Client:
    """A browser that signed in by the form."""
    User.objects.create_superuser("sue@example.org", "a long passphrase")
    form = {"username": "sue@example.org", "password": "a long passphrase"}
    assert client.post(LOGIN, form).status_code == 302
    return client


def status(client: Client) -> int:
    """200 while signed in."""
    return int(client.get("/admin/").status_code)


def test_the_database_does_not_hold_what_the_browser_holds(
    signed_in: Client, everything_stored: Callable[[], dict[str, list[str]]]
) -> None:
    """Whoever reads the table cannot sign in with it: neither is the cookie there, nor is what is
    there a cookie."""
    cookie = signed_in.cookies["sessionid"].value
    assert status(signed_in) == 200
    assert not any(cookie in row for rows in everything_stored().values() for row in rows)
    thief = Client()
    thief.cookies["sessionid"] = Session.objects.get().session_key
    assert status(thief) == 302


def test_signing_out_ends_it(signed_in: Client) -> None:
    """On the server too, for a copy of the cookie."""
    copy = Client()
    copy.cookies["sessionid"] = signed_in.cookies["sessionid"].value
    assert status(copy) == 200
    signed_in.post("/admin/logout/")
    assert (status(copy), Session.objects.count()) == (302, 0)


def test_it_expires(signed_in: Client) -> None:
    """By its own time."""
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert status(signed_in) == 302


def test_the_key_changes_with_the_sign_in(client: Client) -> None:
    """A key that was planted beforehand opens nothing afterwards."""
    session: Any = client.session
    session["planted"] = True
    session.save()
    planted = session.session_key
    client.force_login(make_user(is_superuser=True, is_staff=True))
    assert client.cookies["sessionid"].value != planted
    thief = Client()
    thief.cookies["sessionid"] = planted
    assert (status(client), status(thief)) == (200, 302)
