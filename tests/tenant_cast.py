"""The fixed cast of the Tenant API's tests: who calls, and with which key."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.utils import timezone

from access.comments import thread_of
from accounts.domain.actors import Actor
from accounts.domain.api_keys import actor_from_key, issue_key, revoke_key
from accounts.enums import KeyKind
from accounts.models import ApiKey, Tenant, User
from channels.models import Channel
from comments.domain.comments import Commenter, post_comment
from tests.makers import MadeEvent, make_event, make_tenant, make_user

EVENTS = "community-events"
COMMENTS = "community/comments"


@dataclass(frozen=True)
class Member:
    """An account with a key of its own."""

    user: User
    key: str

    @property
    def id(self) -> UUID:
        """The account's id."""
        return self.user.pk

    @property
    def actor(self) -> Actor:
        """Who the key acts for; its use is noted by asking."""
        return actor_from_key(self.key)


@dataclass(frozen=True)
class Cast:
    """Two tenants and everybody who might knock. ``keys`` has each key by the caller's name."""

    tenant: Tenant
    other: Tenant
    creator: Member
    colleague: Member
    organizer: Member
    outsider: Member
    keys: dict[str, str | None]

    def event(self, by: Member | None = None, **values: Any) -> MadeEvent:
        """An event of the creator, or of another member."""
        return make_event(actor=(by or self.creator).actor, **values)


def make_member(
    tenant: Tenant | None,
    name: str = "",
    *,
    kind: KeyKind = KeyKind.SECRET,
    channel: Channel | None = None,
    expires_at: datetime | None = None,
    **user: Any,
) -> Member:
    """An account of the tenant with a fresh key; ``user`` holds further fields of the account."""
    account = make_user(tenant=tenant, display_name=name, **user)
    key = issue_key(user=account, kind=kind, channel=channel, expires_at=expires_at)
    return Member(account, key.text)


def limited_key(member: Member, channel: Channel) -> Member:
    """The same account with another key, limited to the channel."""
    return Member(member.user, issue_key(user=member.user, channel=channel).text)


def make_cast() -> Cast:
    """The whole cast, every key used a moment ago."""
    tenant, other = make_tenant("Acme"), make_tenant("Umbrella")
    creator = make_member(tenant, "Cora")
    colleague = make_member(tenant, "Colin")
    organizer = make_member(tenant, "Olga", is_staff=True)
    outsider = make_member(other, "Umberto", is_staff=True)
    tenantless = make_member(None, "Nomad")
    publishable = make_member(tenant, "Web site", kind=KeyKind.PUBLISHABLE, is_staff=True)
    cast = Cast(
        tenant,
        other,
        creator,
        colleague,
        organizer,
        outsider,
        keys={
            "creator": creator.key,
            "colleague": colleague.key,
            "organizer": organizer.key,
            "outsider": outsider.key,
            "no tenant": tenantless.key,
            "anonymous": None,
            "publishable": publishable.key,
            "revoked": _revoked(creator.user),
            "expired": _expired(creator.user),
        },
    )
    note_use_of_keys()
    return cast


def note_use_of_keys() -> None:
    """Every key was used a moment ago, so that its next use is not noted."""
    ApiKey.objects.update(last_used_at=timezone.now())


def comment_by(
    member: Member, content_type: str = "video", content_id: object = 123, body: str = "Well said."
) -> UUID:
    """A comment of the member; its id."""
    actor = member.actor
    assert actor.tenant_id is not None
    return post_comment(
        thread=thread_of(actor, content_type, content_id)[:2],
        by=Commenter(user_id=member.id),
        tenant_id=actor.tenant_id,
        content=body,
    )


def soon(**step: float) -> datetime:
    """A moment from now, to the second."""
    return timezone.now().replace(microsecond=0) + timedelta(**step)


def said(response: Any, status: int) -> dict[str, Any]:
    """The JSON of an answer, after holding its status."""
    assert response.status_code == status, response.content
    body: dict[str, Any] = response.json()
    return body


def titles(response: Any) -> list[str]:
    """The titles of a list of events, in its order."""
    return [event["title"] for event in said(response, 200)["events"]]


def _revoked(user: User) -> str:
    key = issue_key(user=user)
    revoke_key(key.prefix)
    return key.text


def _expired(user: User) -> str:
    key = issue_key(user=user, expires_at=timezone.now() + timedelta(hours=1))
    ApiKey.objects.filter(pk=key.id).update(expires_at=timezone.now())
    return key.text
