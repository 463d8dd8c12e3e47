"""No page has an id twice: labels, descriptions and scripts find what they mean by it. The admin's
pages are looked at by tests/pages/admin/test_crawler.py."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import Any

import pytest
from django.test import Client

from tests.access.test_leaks import crawl
from tests.access.world import make_world

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]


class Ids(HTMLParser):
    """Counts the ids of a page; what a <template> holds is no part of it yet."""

    def __init__(self, answer: Any) -> None:
        super().__init__()
        self.found: Counter[str] = Counter()
        self.feed(answer.content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.update(value or "" for name, value in attrs if name == "id")

    @property
    def repeated(self) -> list[str]:
        return sorted(name for name, times in self.found.items() if times > 1)


def repeated(answers: dict[str, Any]) -> tuple[int, dict[str, list[str]]]:
    """How many pages there are, and the ids that one of them has twice, by address."""
    pages = {
        address: Ids(answer)
        for address, answer in answers.items()
        if answer.headers.get("Content-Type", "").startswith("text/html")
    }
    return len(pages), {address: page.repeated for address, page in pages.items() if page.repeated}


@pytest.mark.parametrize(
    ("name", "least"),
    [("stranger", 10), ("guest", 10), ("viewer", 10), ("door", 10), ("owner", 25)],
)
def test_pages(name: str, least: int) -> None:
    """All that each kind of visitor can reach."""
    world = make_world()
    number, found = repeated(crawl(world, world.callers[name]))
    assert found == {}
    assert number >= least


@pytest.mark.parametrize("path", ["/api/docs/", "/api/redoc/"])
def test_the_pages_of_the_apis(client: Client, path: str) -> None:
    """They say their language, too, as every page does."""
    page = client.get(path)
    assert repeated({path: page}) == (1, {})
    assert b'<html lang="en">' in page.content
