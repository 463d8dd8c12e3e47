"""One community with its keys, for the tests of the Communities API."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from accounts.domain.api_keys import issue_key
from accounts.enums import Scope
from channels.models import Channel
from events.models import Tier
from tests.conftest import Api
from tests.makers import MadeEvent, make_channel
from tests.tenant_cast import Cast, limited_key, make_cast, note_use_of_keys

GUEST = {"email": "kim@example.org", "name": "Kim"}


@dataclass(frozen=True)
class Community:
    """A channel of the cast's tenant. ``keys`` has each key by what it is; those of the tenant's
    cast are there by the caller's name."""

    api: Api
    cast: Cast
    channel: Channel
    keys: dict[str, str | None]

    @property
    def path(self) -> str:
        """Its address."""
        return f"communities/{self.channel.slug}"

    def event(self, **values: Any) -> MadeEvent:
        """An event of the community."""
        return self.cast.event(channel_id=self.channel.pk, **values)

    def at(self, event: MadeEvent) -> str:
        """An event's address."""
        return f"{self.path}/events/{event.row.slug}"

    def list(self, key: str = "secret", **query: Any) -> Any:
        """The community's events."""
        return self.api.get(f"{self.path}/events", self.keys[key], **query)

    def get(self, path: str, key: str = "secret", **query: Any) -> Any:
        """Any address."""
        return self.api.get(path, self.keys[key], **query)

    def rsvp(self, event: MadeEvent, tier: Tier | None, key: str = "secret", **body: Any) -> Any:
        """A ticket for Kim, unless ``body`` says otherwise."""
        sent = GUEST | ({"tierId": str(tier.pk)} if tier else {}) | body
        return self.api.post(f"{self.at(event)}/rsvp", sent, self.keys[key])


def make_community(api: Api) -> Community:
    """The community "Club", every key used a moment ago, so that its use is not noted again."""
    cast = make_cast()
    channel = make_channel("Club", tenant=cast.tenant)
    elsewhere = make_channel("Elsewhere", tenant=cast.tenant)
    user = cast.creator.user
    keys = cast.keys | {
        "secret": cast.creator.key,
        "reads": issue_key(user=user, scopes=[Scope.READ_PUBLIC]).text,
        "sells": issue_key(user=user, scopes=[Scope.WRITE_SALES]).text,
        "limited": limited_key(cast.creator, channel).key,
        "limited elsewhere": limited_key(cast.creator, elsewhere).key,
    }
    note_use_of_keys()
    return Community(api, cast, channel, keys)
