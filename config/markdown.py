"""Markdown as everything here reads it, and as plain text for calendars and mail.

Pages make HTML of it: pages/markdown.py.
"""

from __future__ import annotations

from collections.abc import Iterable

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, table
from markdown_it.token import Token

# In all tables of one text. A cell takes about 35 microseconds, and two characters can make many.
_MOST_CELLS = 2_000
# The longest plain text: only encoding a link's letters makes one that is longer than its source.
_LONGEST = 40_000
_LINKED = ("https://", "http://", "mailto:")


def _small_table(state: StateBlock, start: int, end: int, silent: bool) -> bool:
    """A table, as long as the text has cells left; the first that has too many is the last."""
    left = state.env.get("cells_left", _MOST_CELLS)
    if not left or not table(state, start, end, True):
        return False
    if silent:
        return True
    after = start
    while after < end and not state.isEmpty(after):
        after += 1
    columns = state.src.count("|", state.bMarks[start], state.eMarks[start]) + 1
    state.env["cells_left"] = max(left - columns * (after - start), 0)
    return bool(state.env["cells_left"]) and table(state, start, end, False)


def markdown_reader() -> MarkdownIt:
    """A parser of CommonMark with tables and strikethrough that takes a bounded time.

    No raw HTML and no images: nothing on a page is loaded from another host. No references: one
    definition, named again and again, makes a thousand times its text.
    """
    reader = MarkdownIt("commonmark", {"html": False, "breaks": True, "maxNesting": 20})
    reader.enable(["table", "strikethrough"]).disable(["image", "reference"])
    reader.block.ruler.at("table", _small_table, {"alt": ["paragraph"]})
    return reader


_reader = markdown_reader()


def as_text(text: str) -> str:
    """Markdown as plain text: links as ``words (address)``, lists with dashes or numbers, the
    cells of a table side by side, no other markup. At most 40,000 characters."""
    writer = _Writer()
    for token in _reader.parse(text):
        writer.take(token)
    return "\n".join(writer.lines).strip()[:_LONGEST]


class _Writer:
    """Makes lines of a parsed text."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        # The number of the next item of each open list; None in those without numbers.
        self._lists: list[int | None] = []
        self._mark = ""
        self._cells: list[str] | None = None

    def take(self, token: Token) -> None:
        """Writes what a block token brings."""
        match token.type:
            case "inline":
                said = _words(token.children or [])
                if self._cells is None:
                    self._write(said)
                else:
                    self._cells.append(said)
            case "fence" | "code_block":
                self._write(token.content.rstrip("\n"))
                self._end_block()
            case "bullet_list_open":
                self._lists.append(None)
            case "ordered_list_open":
                self._lists.append(int(token.attrGet("start") or 1))
            case "bullet_list_close" | "ordered_list_close":
                self._lists.pop()
                if not self._lists:
                    self._end_block()
            case "list_item_open":
                self._begin_item()
            case "tr_open":
                self._cells = []
            case "tr_close":
                self._write(" | ".join(self._cells or []))
                self._cells = None
            case "paragraph_close" | "heading_close" | "table_close" | "blockquote_close":
                # What stands close together in a list has hidden paragraphs.
                if not token.hidden:
                    self._end_block()

    def _begin_item(self) -> None:
        number = self._lists[-1]
        mark = "-"
        if number is not None:
            mark, self._lists[-1] = f"{number}.", number + 1
        self._mark = f"{'  ' * (len(self._lists) - 1)}{mark} "

    def _write(self, said: str) -> None:
        self.lines += f"{self._mark}{said}".split("\n")
        self._mark = ""

    def _end_block(self) -> None:
        if self.lines and self.lines[-1]:
            self.lines.append("")


def _words(tokens: Iterable[Token]) -> str:
    """A line of text, with the address behind the words of each link."""
    parts: list[str] = []
    address, begun = "", 0
    for token in tokens:
        match token.type:
            case "text" | "code_inline":
                parts.append(token.content)
            case "softbreak" | "hardbreak":
                parts.append("\n")
            case "link_open":
                address, begun = str(token.attrGet("href") or ""), len(parts)
            case "link_close":
                words = "".join(parts[begun:])
                shown = address.removeprefix("mailto:")
                if address.startswith(_LINKED) and words.rstrip("/") != shown.rstrip("/"):
                    parts.append(f" ({shown})" if words else shown)
    return "".join(parts)
