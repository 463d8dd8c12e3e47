"""Descriptions written in Markdown as HTML: safe, small and soon made, whatever they hold."""

from __future__ import annotations

import re
import sys
from collections import OrderedDict
from threading import Lock

import nh3
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString, mark_safe
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from config.markdown import markdown_reader

# The largest HTML that comes of any text.
MOST_BYTES = 200_000
# What a text may grow to when it is only escaped, a character: a quotation mark is &quot; then.
_ESCAPED = 6
_LONGEST = MOST_BYTES // _ESCAPED
# What is kept of texts and their HTML, in bytes of memory.
_KEPT_BYTES = 8_000_000

_TAGS = {
    *("a", "p", "br", "hr", "em", "strong", "s", "code", "pre", "blockquote", "ul", "ol", "li"),
    *("h3", "h4", "h5", "h6", "table", "thead", "tbody", "tr", "th", "td"),
}
_HEADING_SHIFT = 2
# The class of a list of what happens when; how each of its items begins, and what they may hold.
_PROGRAMME = "programme"
_TIMED = re.compile(r"(\*\*|__)\d{1,2}[:.]\d\d(?: ?[ap]m)?\1\s", re.IGNORECASE)
_PLAIN_ITEM = {"list_item_open", "paragraph_open", "inline", "paragraph_close", "list_item_close"}


def _lower_headings(state: StateCore) -> None:
    """The page has its own h1 and h2: a description's headings start at h3."""
    for token in state.tokens:
        if token.type in ("heading_open", "heading_close"):
            token.tag = f"h{min(int(token.tag[1]) + _HEADING_SHIFT, 6)}"


def _mark_programmes(state: StateCore) -> None:
    """Gives a list a class of its own where each item begins with a time in bold."""
    begun: Token | None = None
    inside: list[Token] = []
    for token in state.tokens:
        if token.level == 0 and token.type == "bullet_list_open":
            begun, inside = token, []
        elif token.level == 0 and token.type == "bullet_list_close" and begun:
            if all(
                each.type in _PLAIN_ITEM and (each.type != "inline" or _TIMED.match(each.content))
                for each in inside
            ):
                begun.attrSet("class", _PROGRAMME)
            begun = None
        elif begun:
            inside.append(token)


_markdown = markdown_reader()
_markdown.core.ruler.push("lower_headings", _lower_headings)
_markdown.core.ruler.push("mark_programmes", _mark_programmes)


class _Kept:
    """What was made last, up to so many bytes of memory; for all threads."""

    def __init__(self, most: int) -> None:
        self._most, self._bytes, self._lock = most, 0, Lock()
        self._made: OrderedDict[str, SafeString] = OrderedDict()

    def get(self, text: str) -> SafeString | None:
        """The HTML of a text, if it is still here."""
        with self._lock:
            if text not in self._made:
                return None
            self._made.move_to_end(text)
            return self._made[text]

    def put(self, text: str, html: SafeString) -> None:
        """Keeps it, and lets go of what was not asked for the longest."""
        with self._lock:
            if text in self._made:
                return
            self._made[text] = html
            self._bytes += _size(text, html)
            while self._bytes > self._most:
                self._bytes -= _size(*self._made.popitem(last=False))


def _size(text: str, html: str) -> int:
    return sys.getsizeof(text) + sys.getsizeof(html)


_kept = _Kept(_KEPT_BYTES)


def as_html(text: str) -> SafeString:
    """Markdown as safe HTML of at most MOST_BYTES.

    A text that would make more is shown as it was written, with its line breaks; what is beyond
    33,333 characters, more than any description may have, is left out then.
    """
    html = _kept.get(text)
    if html is None:
        html = _rendered(text)
        _kept.put(text, html)
    return html


def _rendered(text: str) -> SafeString:
    if len(text) <= _LONGEST:
        html = nh3.clean(
            _markdown.render(text),
            tags=_TAGS,
            attributes={"a": {"href", "title"}, "ol": {"start"}},
            tag_attribute_values={"ul": {"class": {_PROGRAMME}}},
            url_schemes={"http", "https", "mailto"},
            link_rel="nofollow noopener noreferrer",
        )
        if len(html.encode()) <= MOST_BYTES:
            return mark_safe(html)  # noqa: S308 - nh3 let nothing else through
    return linebreaksbr(text[:_LONGEST])
