"""Tokens of other servers, which go on opening what was taken over from there.

Only their digests are kept. Such a token holds 256 random bits, so that a plain digest can neither
be guessed nor turned back.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from access.models import ImportedToken
from accounts.domain.tokens import mint
from accounts.enums import TokenKind
from accounts.models import RootCredential
from config.prepared import TEXT, PreparedRead
from events.models import EventLink
from rsvps.models import Rsvp

# 32 bytes in unpadded base64url. Tokens of our own are longer.
LENGTH = 43
_BATCH = 500


class Opened(NamedTuple):
    """What a token opens, while the object has this version."""

    kind: str
    object_id: UUID
    version: int


_known = PreparedRead(
    lambda digest: ImportedToken.objects.filter(pk=digest).values_list(*Opened._fields),
    keys={"digest": TEXT},
    make=Opened._make,
)


def current_token(text: str) -> str:
    """Our own token that the token of another server stands for; any other text as it is. One
    query for what may be such a token."""
    if len(text) != LENGTH or not text.isascii():
        return text
    opened = _known.one(digest=_digest(text))
    return text if opened is None else mint(TokenKind(opened.kind), *opened[1:])


def keep_tokens(tokens: Iterable[tuple[str, Opened]]) -> None:
    """Keeps the digests of other servers' tokens, each with what it opens from now on."""
    keep_imported(ImportedToken(digest=_digest(text), **o._asdict()) for text, o in tokens)


def keep_imported(tokens: Iterable[ImportedToken]) -> None:
    """Stores such rows, in the place of those of the same tokens."""
    ImportedToken.objects.bulk_create(
        tokens,
        _BATCH,
        update_conflicts=True,
        unique_fields=["digest"],
        update_fields=["kind", "object_id", "version"],
    )


def dead_tokens() -> QuerySet[ImportedToken]:
    """Those that open nothing any more: their object is gone, or has a new link."""
    ended = Q()
    for kind, objects, version in (
        (TokenKind.EVENT_LINK, EventLink.objects.order_by(), "version"),
        (TokenKind.RSVP, Rsvp.objects.order_by(), "token_version"),
        (TokenKind.ROOT, RootCredential.objects.order_by(), "version"),
    ):
        same = {"pk": OuterRef("object_id"), version: OuterRef("version")}
        ended |= Q(~Exists(objects.filter(**same)), kind=kind)
    return ImportedToken.objects.filter(ended)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
