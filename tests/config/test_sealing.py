"""What is sealed opens for the same purpose and context, with our key, and not otherwise."""

from __future__ import annotations

from typing import Any

import pytest

from config.sealing import Unsealable, seal, unseal


def test_it_opens_again(settings: Any) -> None:
    """Also after the server's key was replaced, while the old one is named as a fallback."""
    sealed = seal(b"a secret", purpose="test", context=b"row 1")
    assert b"secret" not in sealed
    assert sealed != seal(b"a secret", purpose="test", context=b"row 1")
    assert unseal(sealed, purpose="test", context=b"row 1") == b"a secret"
    settings.SECRET_KEY, settings.SECRET_KEY_FALLBACKS = "another", [settings.SECRET_KEY]
    assert unseal(sealed, purpose="test", context=b"row 1") == b"a secret"


@pytest.mark.parametrize(
    ("purpose", "context"), [("another", b"row 1"), ("test", b"row 2"), ("test", b"")]
)
def test_for_nothing_else(purpose: str, context: bytes) -> None:
    """A text sealed for one row does not open when it is copied into another."""
    sealed = seal(b"a secret", purpose="test", context=b"row 1")
    with pytest.raises(Unsealable):
        unseal(sealed, purpose=purpose, context=context)


def test_not_with_another_key(settings: Any) -> None:
    """Nor when a byte of it was changed, nor when it is cut short."""
    sealed = seal(b"a secret", purpose="test")
    for broken in (sealed[:-1] + bytes([sealed[-1] ^ 1]), sealed[:5], b""):
        with pytest.raises(Unsealable):
            unseal(broken, purpose="test")
    settings.SECRET_KEY = "another"
    with pytest.raises(Unsealable):
        unseal(sealed, purpose="test")
