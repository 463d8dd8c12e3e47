"""Which ids a page has twice: labels, descriptions and scripts find what they mean by them."""

from __future__ import annotations

from collections import Counter
from html.parser import HTMLParser
from typing import Any


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
