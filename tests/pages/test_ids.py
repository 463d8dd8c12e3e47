"""No page of the APIs has an id twice. The others are looked at where everything is walked through:
tests/access/test_leaks.py and, of the admin, tests/pages/admin/test_crawler.py."""

from __future__ import annotations

import pytest
from django.test import Client

from tests.pages.ids import repeated

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize("path", ["/api/docs/", "/api/redoc/"])
def test_the_pages_of_the_apis(client: Client, path: str) -> None:
    """They say their language, too, as every page does."""
    page = client.get(path)
    assert repeated({path: page}) == (1, {})
    assert b'<html lang="en">' in page.content
