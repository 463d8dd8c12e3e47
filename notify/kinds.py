"""A kind that only fields of webhooks have; see config/cleaners.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from config.cleaners import WebAddress
from config.errors import Invalid, flaw
from notify.enums import EVENT_TYPES

_TYPES = [word for word, _ in EVENT_TYPES]


@dataclass(frozen=True, slots=True)
class EventTypes:
    """A list of types that webhooks tell; an empty one stands for all of them."""

    def clean(self, field: str, value: Any) -> list[str]:
        """The types, each once."""
        if not isinstance(value, list) or not all(isinstance(entry, str) for entry in value):
            raise Invalid({field: "not_strings"})
        if unknown := [entry for entry in value if entry not in _TYPES]:
            number = value.index(unknown[0])
            refused = flaw("not_one_of", choices=", ".join(_TYPES))
            raise Invalid({f"{field}.{number}": refused})
        return list(dict.fromkeys(value))


@dataclass(frozen=True, slots=True)
class Receiver(WebAddress):
    """The address of somebody's program, without a name and password in it. Whether it may be
    called is decided when it is: see notify/domain/sending.py."""

    def clean(self, field: str, value: Any) -> str:
        """The address."""
        url = WebAddress.clean(self, field, value)
        parts = urlsplit(url)
        if parts.username is not None or parts.fragment:
            raise Invalid({field: "not_a_receiver"})
        return url
