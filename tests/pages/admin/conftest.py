"""Two tenants for every test of the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from tests.pages.admin.cast import House, browser, make_house, superuser


@pytest.fixture
def ours(db: None) -> House:
    """The tenant whose organizer signs in."""
    return make_house("Our own")


@pytest.fixture
def theirs(db: None) -> House:
    """The other tenant, of which nothing may be seen."""
    return make_house("Their secret")


@pytest.fixture
def organizer(ours: House) -> Client:
    """The browser of our organizer."""
    return browser(ours.organizer)


@pytest.fixture
def boss(db: None) -> Client:
    """The browser of a superuser."""
    return browser(superuser())


@pytest.fixture
def mail_on(settings: Any) -> None:
    """An instance that sends mail."""
    settings.MAIL_ENABLED = True
