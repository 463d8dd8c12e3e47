"""The fields of webhook endpoints, and of a request for lost links: each is spelt here, once. See
config/cleaners.py."""

from config.cleaners import Email, Field, Flag, Id, Table, Text
from notify import limits
from notify.kinds import EventTypes, Receiver

ENDPOINT = Table(
    Field("url", Receiver(limits.URL, required=True), needed=True),
    Field("events", EventTypes(), null=[], about="Types to be told; none stands for all."),
    Field("channel_id", Id(), null=None, about="Only what happens in this channel."),
    Field("description", Text(limits.DESCRIPTION), null=""),
    Field("enabled", Flag()),
    own=frozenset(
        {
            *("id", "tenant_id", "event_id", "host", "disabled_at", "disabled_reason"),
            *("secret", "old_secret", "old_secret_until", "proven_at", "created_at"),
        }
    ),
)
LOST_LINKS = Table(Field("email", Email(limits.ADDRESS, required=True), needed=True))
