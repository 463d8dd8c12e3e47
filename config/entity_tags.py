"""Entity tags as headers carry them (RFC 9110, sections 8.8.3 and 13.1)."""

from __future__ import annotations

import re
from collections.abc import Iterator

# An entity tag in a list of them.
_ENTITY_TAG = re.compile(r'[ \t,]*((?:W/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?=,|$)')


def entity_tags(said: str) -> list[str]:
    """The entity tags of a header; none when it holds anything else."""
    found = list(_scan(said.rstrip(" \t,")))
    return [] if "" in found else found


def has_any(said: str | None) -> bool:
    """Whether a header is ``*``, which stands for any tag."""
    return said is not None and said.strip() == "*"


def has_tag(said: str | None, etag: str) -> bool:
    """Whether If-None-Match names the tag, by weak comparison."""
    if said is None or said == etag:
        return said is not None
    return any(tag.removeprefix("W/") == etag for tag in entity_tags(said))


def _scan(said: str) -> Iterator[str]:
    at = 0
    while at < len(said):
        match = _ENTITY_TAG.match(said, at)
        yield match[1] if match else ""
        at = match.end() if match else len(said)
