"""Conditional requests (RFC 9110): what the tag of an answer is made of, and what tags decide.

A tag is ``"<edit part>.<rest>"``, always strong. The edit part is a keyed hash of what an editor
may change (an event, an RSVP) and its edit version: ``If-Match`` compares it alone, so a tag is
good for a change in whatever language, API or standing it was read. The rest tells one answer from
another.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, ClassVar, NamedTuple, cast

import orjson
from django.conf import settings
from django.utils import timezone
from django.utils.translation import get_language
from rest_framework import viewsets
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from config.entity_tags import entity_tags, has_any, has_tag
from config.errors import ChangedMeanwhile, Invalid
from config.release import release
from events.domain.times import rsvps_open, status_of
from events.rows import EventRow
from rsvps.rows import RsvpRow

Edited = EventRow | RsvpRow


class Tagged(NamedTuple):
    """How the answers of an action are tagged.

    With ``edits`` the tag begins with the edit part of the event or RSVP it tells of. The rest is
    made of versions, before anything else is read; or, ``rendered``, of the bytes that are sent,
    for answers that show what no version tells of. ``matches`` says that If-Match is taken.
    """

    edits: bool = True
    rendered: bool = False
    matches: bool = False


# What a view says of its actions: reading or making one thing, reading a list, changing a thing.
ONE = Tagged()
ONE_RENDERED = Tagged(rendered=True)
LIST = Tagged(edits=False)
LIST_RENDERED = Tagged(edits=False, rendered=True)
CHANGE = Tagged(matches=True)


class NotModified(Exception):
    """The reader has this answer already."""


class Conditional(viewsets.ViewSet):
    """The part of every viewset that knows tags. ``tags`` names the actions that have them."""

    tags: ClassVar[Mapping[str, Tagged]] = {}
    credentials: ClassVar[Sequence[str]] = ()
    # What the caller is known by and links start with: see api/base.py.
    actor: ClassVar[Any]
    base_url: ClassVar[Any]
    _edit_part = ""
    _etag: str | None = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Refuses If-Match where it would protect nothing. Raises Invalid."""
        super().initial(request, *args, **kwargs)
        if request.method in SAFE_METHODS or "If-Match" not in request.headers:
            return
        if not self.tags.get(self.action or "", LIST).matches:
            raise Invalid({"If-Match": "no_if_match"})

    def tell_of(self, row: Edited, *more: Edited) -> None:
        """Tags the answer as one about ``row``, in which the other rows show too. Call it when the
        caller may read them, and before reading anything else: raises NotModified when the
        caller has the answer already."""
        how = self.tags.get(self.action or "")
        if how is None:
            return
        self._edit_part = f"{edit_part(row)}." if how.edits else ""
        if how.rendered:
            return
        if not self._reads:
            # It stands for no answer that can be read; the next change compares the edit part.
            self._etag = f'"{self._edit_part}{secrets.token_urlsafe(15)}"'
            return
        now = timezone.now()
        # As it stood when the caller was looked up, which was before the versions were read.
        opened = cast(RsvpRow, self.actor.rsvp.row) if self.actor.rsvp else ()
        self._etag = self._tag([_state(each, now) for each in (row, *more)], *opened)
        if has_tag(self.request.headers.get("If-None-Match"), self._etag):
            raise NotModified

    @property
    def stands_on_versions(self) -> bool:
        """Whether versions tell everything that the answer shows, as far as they are the same for
        the same caller."""
        how = self.tags.get(self.action or "")
        return self._reads and how is not None and not how.rendered

    def if_match(self, row: Edited | None) -> int | None:
        """The edit version that a change depends on: that of ``row`` if If-Match names it, None if
        there is no such header. Raises ChangedMeanwhile, and Invalid for a header that cannot be
        read: it was sent to protect something."""
        said = self.request.headers.get("If-Match")
        if said is None:
            return None
        if row is None:
            raise ChangedMeanwhile
        if said.strip() == "*":
            return None
        tags = entity_tags(said)
        if not tags:
            raise Invalid({"If-Match": "not_entity_tags"})
        known = edit_part(row)
        # A proxy that compresses may add to the end of a tag; one it made weak no longer counts.
        if not any(tag[1:].partition(".")[0] == known for tag in tags if tag.startswith('"')):
            raise ChangedMeanwhile
        return row.edit_version

    def tag(self, response: Any) -> None:
        """Gives an answer its tag. What the reader has already becomes a 304 without a body."""
        found = response.status_code < 300
        if self._etag and (found or response.status_code == 304):
            response.headers["ETag"] = self._etag
        if not (found and self._reads):
            return
        if self.tags.get(self.action or "", LIST).rendered:
            response.add_post_render_callback(self._tag_rendered)
        elif self._etag and has_any(self.request.headers.get("If-None-Match")):
            _empty(response)

    @property
    def _reads(self) -> bool:
        return self.request.method in SAFE_METHODS

    def _tag_rendered(self, response: Any) -> None:
        etag = self._tag(hashlib.blake2b(response.content).hexdigest())
        response.headers["ETag"] = etag
        said = self.request.headers.get("If-None-Match")
        if has_any(said) or has_tag(said, etag):
            _empty(response)

    def _tag(self, told: object, *opened: object) -> str:
        """A strong tag for an answer that tells ``told``, to this reader at this address, whose
        link opens ``opened``."""
        request, actor = self.request, self.actor
        rest = _keyed(
            [
                request.get_full_path(),
                self.base_url,
                release(),
                get_language(),
                [request.headers.get(name) for name in self.credentials],
                [*actor.authority, *opened],
                told,
            ],
            size=15,
        )
        return f'"{self._edit_part}{rest}"'


def edit_part(row: Edited) -> str:
    """The part of a tag that changes with each edit of the event or RSVP and with nothing else."""
    kind = "event" if isinstance(row, EventRow) else "rsvp"
    return _keyed([kind, row.id, row.edit_version], size=9)


def _state(row: Edited, now: Any) -> list[object]:
    """All of a row, and what the clock makes of it. The version grows with what is not in it."""
    if isinstance(row, EventRow):
        return [*row, status_of(row, now), rsvps_open(row, now)]
    return list(row)


def _keyed(told: list[object], *, size: int) -> str:
    digest = hashlib.blake2b(digest_size=size, key=_key(settings.SECRET_KEY))
    digest.update(orjson.dumps(told, str))
    return base64.urlsafe_b64encode(digest.digest()).decode()


@cache
def _key(secret: str) -> bytes:
    return hashlib.blake2b(secret.encode(), digest_size=32, person=b"entity tags").digest()


def _empty(response: Any) -> None:
    """Makes an answer a 304."""
    response.status_code = 304
    if hasattr(response, "data") and not response.is_rendered:
        response.data = None
    else:
        response.content = b""
        response.headers.pop("Content-Type", None)
