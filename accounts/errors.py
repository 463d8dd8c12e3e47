"""Refusals of the accounts app."""

from __future__ import annotations

from config.errors import DomainError, NotAllowed


class MissingScope(NotAllowed):
    """The API key was issued without a scope the call needs."""

    code = "missing_scope"

    def __init__(self, scope: str) -> None:
        super().__init__(scope=scope)


class SecretKeyInBrowser(NotAllowed):
    """A page of another site sent a secret key: everybody who opens that page can read it."""

    code = "secret_key_in_browser"


class NoTenant(DomainError):
    """The caller's account belongs to no organisation."""

    code = "no_tenant"


class SecretKeyInAddress(NotAllowed):
    """A secret API key came in the query of an address."""

    code = "secret_key_in_address"
