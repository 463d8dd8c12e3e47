"""Descriptions written in Markdown as HTML: safe, small and soon made, whatever they hold."""

from __future__ import annotations

import re

import nh3
from django.template.defaultfilters import linebreaksbr
from django.utils.safestring import SafeString, mark_safe
from markdown_it.rules_core import StateCore
from markdown_it.token import Token

from config.kept import kept_once
from config.markdown import markdown_reader

# The largest HTML that comes of any text.
MOST_BYTES = 200_000
# What a text may grow to when it is only escaped, a character: a quotation mark is &quot; then.
_ESCAPED = 6
_LONGEST = MOST_BYTES // _ESCAPED

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


@kept_once
def as_html(text: str) -> SafeString:
    """Markdown as safe HTML of at most MOST_BYTES.

    A text that would make more is shown as it was written, with its line breaks; what is beyond
    33,333 characters, more than any description may have, is left out then.
    """
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
