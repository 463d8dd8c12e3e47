"""What can go wrong, as codes. A rule that says no names a code and, where fields are to blame, the
fields; what a person reads stands beside each code in access/sentences.py."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, NamedTuple


class Flaw(NamedTuple):
    """What is wrong with one field: the key of its sentence, and what that is filled with."""

    key: str
    params: Mapping[str, Any] = MappingProxyType({})


# What is wrong with one field: keys, or flaws with parameters.
Flaws = Sequence[str | Flaw]


def flaw(key: str, /, **params: Any) -> Flaw:
    """A flaw whose sentence is filled with ``params``: ``flaw("too_long", limit=255)``."""
    return Flaw(key, params)


class DomainError(Exception):
    """A rule said no.

    ``code`` is stable and machine-readable; ``key`` leads to the sentence for a person, which
    ``params`` fill. The key is the code unless one code is told in several ways.
    """

    code = "error"

    def __init__(self, key: str = "", /, **params: Any) -> None:
        self.key = key or self.code
        self.params = params
        super().__init__(self.key)


class Invalid(DomainError):
    """Input that breaks a limit. ``errors`` maps domain field names to what is wrong with each."""

    code = "invalid"

    def __init__(self, errors: Mapping[str, str | Flaw | Flaws]) -> None:
        self.errors: dict[str, list[Flaw]] = {
            field: [_flaw(each) for each in ([flaws] if isinstance(flaws, str | Flaw) else flaws)]
            for field, flaws in errors.items()
        }
        super().__init__()

    @property
    def keys(self) -> dict[str, list[str]]:
        """What is wrong, by field, without the parameters."""
        return {field: [flaw.key for flaw in flaws] for field, flaws in self.errors.items()}


class Unauthenticated(DomainError):
    """No credential was sent, or one that nobody issued."""

    code = "not_authenticated"


class NotAllowed(DomainError):
    """The caller is known and still may not do this."""

    code = "not_allowed"


class NotFound(DomainError):
    """Nothing here, or nothing that the caller may know of."""

    code = "not_found"


class Conflict(DomainError):
    """Something of that name is there already, or changed meanwhile."""

    code = "conflict"


class Unsupported(DomainError):
    """What a client of a reference may ask for, and this server does not do at all."""

    code = "not_supported"


class ChangedMeanwhile(DomainError):
    """Somebody else changed it since the caller read it."""

    code = "changed_meanwhile"


class Gone(DomainError):
    """It was here and is gone: the caller has to start again."""

    code = "gone"


class PayloadTooLarge(DomainError):
    """The request body is over the limit."""

    code = "payload_too_large"


class TooManyRequests(DomainError):
    """One client did something too often. ``wait`` is in seconds."""

    code = "throttled"

    def __init__(self, wait: int, key: str = "", /, **params: Any) -> None:
        self.wait = wait
        super().__init__(key, **params)


class Unavailable(DomainError):
    """The database or the disk cannot be used just now. ``wait`` is in seconds."""

    code = "unavailable"
    wait = 5


def _flaw(each: str | Flaw) -> Flaw:
    return each if isinstance(each, Flaw) else Flaw(each)
