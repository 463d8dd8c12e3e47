"""What an organisation's archive holds beside its events, and how each row is read back."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NamedTuple
from uuid import UUID

from accounts.domain.api_keys import ALLOWED_SCOPES
from accounts.enums import KeyKind
from accounts.fields import TENANT, USER
from accounts.models import ApiKey, Image, Tenant, User
from channels import limits as channel_limits
from channels.models import Channel
from comments.models import EVENT, POST, Comment
from config.errors import Invalid, flaw
from config.text import clean_text
from operations.archive.checking import check_comment
from operations.archive.columns import apply, as_object, decode, named

KIND = "tenant"
TENANT_FILE, EVENTS_FILE = "tenant.jsonl", "events.jsonl"
# In the order in which they are read: each refers to what stands before it.
FILES = (
    *(TENANT_FILE, "users.jsonl", "channels.jsonl", "images.jsonl", "api_keys.jsonl"),
    *("comments.jsonl", EVENTS_FILE),
)
AVATARS, BANNERS = "avatars/", "banners/"
# Bytes of one line, but for those of events, which may be as large as an event's archive.
LINE_BYTES = 1024**2
# How many notes and collisions are told one by one.
TOLD = 20


class Pictured(NamedTuple):
    """A user or channel, and the file of their picture in the archive, if they have one."""

    row: Any
    picture: str | None


@contextmanager
def at_line(where: str) -> Iterator[None]:
    """What is wrong inside is wrong in this line of this file."""
    try:
        yield
    except Invalid as problem:
        raise Invalid(
            {f"{where}: {field}": said for field, said in problem.errors.items()}
        ) from None


def read_tenant(entry: Any) -> Tenant:
    """The organisation. Raises Invalid, like all below."""
    tenant = decode(Tenant, entry, where="tenant")
    apply(tenant, lambda values: _cleaned(TENANT, values), "tenant")
    return tenant


def read_user(entry: Any) -> Pictured:
    """An account that nobody can sign in to yet."""
    given = dict(as_object(entry, where="user"))
    picture = named(given, "picture", "user")
    user = decode(User, given, where="user")
    apply(user, lambda values: _cleaned(USER, values), "user")
    user.set_unusable_password()
    return Pictured(user, picture)


def read_channel(entry: Any) -> Pictured:
    """A channel."""
    given = dict(as_object(entry, where="channel"))
    picture = named(given, "picture", "channel")
    channel = decode(Channel, given, where="channel")
    channel.name = clean_text(
        channel.name, field="channel.name", limit=channel_limits.NAME, required=True
    )
    channel.description = clean_text(
        channel.description,
        field="channel.description",
        limit=channel_limits.DESCRIPTION,
        multiline=True,
    )
    return Pictured(channel, picture)


def read_image(entry: Any) -> tuple[Image, str | None]:
    """An image without its file, and the address of who uploaded it."""
    given = dict(as_object(entry, where="image"))
    uploader = named(given, "uploader", "image")
    return decode(Image, given, where="image"), uploader


def read_key(entry: Any) -> ApiKey:
    """An API key without what opens anything."""
    key = decode(ApiKey, entry, where="api_key")
    kind = KeyKind(key.kind)
    allowed = ALLOWED_SCOPES[kind]
    scopes = key.scopes if isinstance(key.scopes, list) else [None]
    if not set(map(str, scopes)) <= set(allowed):
        refused = flaw("scope_not_allowed", kind=kind.label, scopes=", ".join(sorted(allowed)))
        raise Invalid({"api_key.scopes": refused})
    return key


def read_comment(entry: Any) -> tuple[Comment, str]:
    """What an account said about content that is none of the events, and the account's address."""
    given = dict(as_object(entry, where="comment"))
    author = named(given, "author", "comment")
    comment = decode(Comment, given, where="comment")
    check_comment(comment, "comment")
    if author is None or comment.rsvp_id is not None or comment.by_host:
        raise Invalid({"comment.author": "required"})
    if comment.content_type in (EVENT, POST):
        raise Invalid({"comment.content_type": "comment_elsewhere"})
    return comment, author


def known(kind: str, id: UUID | None, ids: set[UUID]) -> None:
    """Raises Invalid for an id that the archive does not hold."""
    if id is not None and id not in ids:
        raise Invalid({kind: "dangling_row"})


def _cleaned(table: Any, values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned, errors = table.clean(values, new=True)
    if errors:
        raise Invalid(errors)
    return dict(cleaned)
