"""The fields of tenants and their people: each is spelt here, once. See config/cleaners.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import import_string
from django.utils.text import slugify

from accounts import limits
from config.cleaners import Email, Field, Flag, Kind, Table, Text, Whole
from config.errors import Invalid, flaw


@dataclass(frozen=True, slots=True)
class Slug:
    """A name in addresses, made of letters, digits and hyphens."""

    limit: int

    def clean(self, field: str, value: Any) -> str:
        """The slug that the text makes."""
        slug: str = slugify(value)[: self.limit]
        if not slug:
            raise Invalid({field: "not_a_slug"})
        return slug


@dataclass(frozen=True, slots=True)
class Terms:
    """Words and phrases that comments may not hold."""

    def clean(self, field: str, value: Any) -> list[str]:
        """The terms, each once, without empty ones."""
        if not isinstance(value, list) or not all(isinstance(term, str) for term in value):
            raise Invalid({field: "not_strings"})
        term = Text(limits.BLOCKED_TERM)
        terms = [term.clean(field, each) for each in value]
        if len(terms) > limits.BLOCKED_TERMS:
            raise Invalid({field: flaw("too_many", most=limits.BLOCKED_TERMS)})
        return [each for each in dict.fromkeys(terms) if each]


@dataclass(frozen=True, slots=True)
class DottedPath:
    """The path of something that can be called, or an empty text."""

    def clean(self, field: str, value: Any) -> str:
        """The path."""
        path = Text(limits.DOTTED_PATH).clean(field, value)
        if path:
            try:
                found = import_string(path)
            except Exception:  # a module may fail at its import in any way
                found = None
            if not callable(found):
                raise Invalid({field: "moderator_unknown"})
        return path


@dataclass(frozen=True, slots=True)
class Address(Email):
    """An e-mail address in lower case: one address, one user, whatever the case."""

    def clean(self, field: str, value: Any) -> str:
        """The address."""
        address = Text(self.limit, required=True).clean(field, value).lower()
        return Email.clean(self, field, address)


@dataclass(frozen=True, slots=True)
class AsItIs:
    """Rows and files, which a form has looked at."""

    empty: Any = None

    def clean(self, field: str, value: Any) -> Any:
        """The value, or ``empty`` for none."""
        return value or self.empty


_grants: Kind = AsItIs(())
TENANT = Table(
    Field("name", Text(limits.TENANT_NAME, required=True), needed=True),
    Field("slug", Slug(limits.TENANT_SLUG)),
    Field("moderation_enabled", Flag()),
    Field("blocked_terms", Terms()),
    Field("max_links", Whole(0, limits.LINKS), null=None),
    Field("moderator", DottedPath()),
)
USER = Table(
    Field("email", Address(limits.EMAIL), needed=True),
    Field("display_name", Text(limits.DISPLAY_NAME)),
    Field("first_name", Text(limits.PERSON_NAME)),
    Field("last_name", Text(limits.PERSON_NAME)),
    Field("tenant", AsItIs(), null=None),
    Field("avatar", AsItIs("")),
    Field("is_active", Flag()),
    Field("is_staff", Flag()),
    Field("is_superuser", Flag()),
    Field("groups", _grants),
    Field("user_permissions", _grants),
)
