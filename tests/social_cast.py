"""The Tenant API's cast, as it speaks to the Social API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.base import ContentFile

from accounts.domain.api_keys import issue_key
from accounts.enums import Scope
from channels.models import Channel
from comments.domain.messages import announce
from comments.models import Message
from tests.conftest import Api
from tests.makers import MadeEvent, make_channel, make_image, make_stream
from tests.tenant_cast import (
    Cast,
    Member,
    comment_by,
    make_cast,
    make_member,
    note_use_of_keys,
    said,
)
from tests.wording import in_words

BASE = "/social/api/v1"
SIDE_LOADS = ("users", "files", "communities", "posts", "rooms")


@dataclass(frozen=True)
class Social:
    """The cast with a public channel of its tenant. ``keys`` has each key by the caller's name;
    besides the cast's own there are ``superuser`` and ``reads``, a secret key that writes
    nothing."""

    api: Api
    cast: Cast
    superuser: Member
    channel: Channel
    keys: dict[str, str | None]

    def get(
        self, path: str, who: str = "colleague", query: Mapping[str, Any] | None = None, **more: Any
    ) -> Any:
        """GET beneath the base; ``query`` for names that are no Python names."""
        asked = {**(query or {}), **more}
        headers = {"Authorization": f"Bearer {key}"} if (key := self.keys[who]) else {}
        return self.api.client.get(f"{BASE}/{path}", asked, headers=headers)

    def send(self, method: str, path: str, body: Any = None, who: str = "creator") -> Any:
        """Any method beneath the base, with a JSON body."""
        return self.api.send(method, f"{BASE}/{path}", {} if body is None else body, self.keys[who])

    def event(self, **values: Any) -> MadeEvent:
        """An event of the creator."""
        return self.cast.event(**values)

    def rich(self, **values: Any) -> MadeEvent:
        """An event of the creator that names something of every kind, and says something."""
        told = {"channel_id": self.channel.pk, "cover_id": make_image(self.cast.tenant).pk}
        event = self.event(**(told | values))
        make_stream(event, status="live", playback_url="https://stream.example.org/x.m3u8")
        first = announce(event_id=event.id, content="Bring a chair")
        # The earlier one, also where the clock stands still.
        Message.objects.filter(pk=first.id).update(created_at=first.created_at - timedelta(hours=1))
        post = announce(event_id=event.id, content="Doors at six")
        comment_by(self.cast.colleague, "post", str(post.id))
        return event

    def only(self, event: MadeEvent, who: str = "colleague") -> dict[str, Any]:
        """The one event of its own answer."""
        (body,) = said(self.get(f"events/{event.id}", who), 200)["events"]
        return dict(body)


def make_social(api: Api) -> Social:
    """The cast with its channel, every key used a moment ago."""
    cast = make_cast()
    cast.creator.user.avatar.save("cora.png", ContentFile(b"png"))
    superuser = make_member(cast.tenant, "Sue", is_superuser=True)
    reads = issue_key(user=cast.creator.user, scopes=[Scope.READ_PUBLIC]).text
    note_use_of_keys()
    keys = cast.keys | {"superuser": superuser.key, "reads": reads}
    return Social(api, cast, superuser, make_channel("Club", tenant=cast.tenant), keys)


def refused(key: str, code: str = "not_found", **more: Any) -> dict[str, Any]:
    """The body of an error: the sentence of a key, and ``errors`` or a name by ``more``."""
    said = in_words(key)
    return {"detail": said, "code": code, "status": "error", "message": said, **more}


def paths(response: Any) -> list[str]:
    """The fields that a 400 names."""
    return list(said(response, 400)["errors"])
