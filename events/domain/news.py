"""Whom organizers tell of what they do to an event, and in what words."""

from __future__ import annotations

from typing import Any, NamedTuple

from config.errors import Invalid, flaw
from config.text import clean_text
from events import limits
from events.enums import Audience


class News(NamedTuple):
    """To be mailed to these guests, with the host's own words if there are any. Make it with
    news_for()."""

    audience: Audience = Audience.NONE
    words: str = ""

    @property
    def told(self) -> dict[str, Any]:
        """What the outbox says of it; nothing when nobody is to be told."""
        if self.audience == Audience.NONE:
            return {}
        return {"notify": self.audience.value, "notify_message": self.words}


UNTOLD = News()


def news_for(notify: str | None = None, notify_message: str | None = None) -> News:
    """What ``notify`` (none, going or all) and ``notify_message`` of a request ask for. Raises
    Invalid naming them."""
    if (notify or Audience.NONE) not in Audience.values:
        raise Invalid({"notify": flaw("not_one_of", choices=", ".join(Audience.values))})
    words = clean_text(
        notify_message or "", field="notify_message", limit=limits.NEWS, multiline=True
    )
    return News(Audience(notify or Audience.NONE), words)
