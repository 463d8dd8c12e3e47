"""What an entry of ``doors`` is: an endpoint that reads a body, or a form of a page."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.parity.bad_input import Table

NUMBERS = frozenset({"capacity", "max_guests_per_rsvp", "guest_count", "position"})


@dataclass(frozen=True)
class Endpoint:
    """An endpoint that reads a body. ``path`` is its address in the OpenAPI document, ``passes`` a
    body that would pass. ``words`` spells the table's fields, ``also`` adds what is wrong here
    alone, ``unknown`` are the table's fields that it has no word for. A field of ``instead`` is
    another spelling, sent in place of the one it stands beside."""

    method: str
    path: str
    who: str
    passes: Mapping[str, Any]
    table: Table
    needs: tuple[str, ...] = ()
    words: Mapping[str, str] = field(default_factory=dict)
    also: Table = field(default_factory=dict)
    unknown: frozenset[str] = frozenset()
    instead: Mapping[str, str] = field(default_factory=dict)

    @property
    def fields(self) -> dict[str, list[Any]]:
        """The wrong values by the name they are sent and refused by; a dot leads into a list."""
        spelt = {self.words.get(name, name): name for name in self.table.keys() - self.unknown}
        wrong = {sent: list(self.table[name]) for sent, name in sorted(spelt.items())}
        wrong |= {other: wrong[name] for other, name in self.instead.items() if other not in wrong}
        return {
            sent: wrong.get(sent, []) + self.also.get(sent, []) for sent in {**wrong, **self.also}
        }

    def bodies(self, name: str) -> Iterator[tuple[Any, dict[str, Any]]]:
        """Each wrong value of a field, and a body that holds it."""
        sent = name.partition(".")[0]
        rest = {key: said for key, said in self.passes.items() if key != self.instead.get(sent)}
        for value in self.fields[name]:
            yield value, rest | {sent: value}


@dataclass(frozen=True)
class Page:
    """A form of a page, which goes by the domain's names and reads texts alone. ``shown`` is what
    its template calls the form; ``unknown`` are the table's fields that it does not have, or that
    are ticked, chosen or typed in a way of its own."""

    path: str
    passes: Mapping[str, str]
    table: Table
    needs: tuple[str, ...] = ()
    unknown: frozenset[str] = frozenset()
    shown: str = "form"

    def typed(self) -> Iterator[tuple[str, str]]:
        """Each field with each wrong text that can be typed into it."""
        for name in sorted(self.table.keys() - self.unknown):
            for value in self.table[name]:
                if name in NUMBERS:
                    if type(value) is int or (isinstance(value, str) and value != "1"):
                        yield name, str(value)
                elif name == "tags":
                    # One on each line: a line end cannot be in one.
                    if isinstance(value, list) and all(
                        tag and isinstance(tag, str) and "\n" not in tag for tag in value
                    ):
                        yield name, "\n".join(value)
                elif isinstance(value, str) and (value.strip() or name in self.needs):
                    yield name, value
