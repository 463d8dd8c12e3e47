"""What a tenant lets people say, and the instance on events of nobody's."""

from __future__ import annotations

import logging
import re
import unicodedata
from typing import Any, NamedTuple, Protocol
from uuid import UUID

from django.conf import settings
from django.utils.module_loading import import_string

from accounts.models import Tenant
from comments.errors import CommentRejected

_LINK = re.compile(r"https?://(?:www\.)?|\bwww\.", re.IGNORECASE)
_log = logging.getLogger(__name__)


class Rules(Protocol):
    """What a comment has to pass; a Tenant has it. ``blocked_terms`` is a list of words,
    ``max_links`` may be None, ``moderator`` is a dotted path or empty."""

    @property
    def moderation_enabled(self) -> bool: ...
    @property
    def blocked_terms(self) -> Any: ...
    @property
    def max_links(self) -> int | None: ...
    @property
    def moderator(self) -> str: ...


class InstanceRules(NamedTuple):
    """The instance's own, from the settings COMMENT_*."""

    blocked_terms: list[str]
    max_links: int | None
    moderator: str
    moderation_enabled: bool = True


def rules_of(tenant_id: UUID | None) -> Rules:
    """A tenant's rules, or the instance's where there is none."""
    if tenant_id is not None:
        return Tenant.objects.get(pk=tenant_id)
    return InstanceRules(
        settings.COMMENT_BLOCKED_TERMS, settings.COMMENT_MAX_LINKS, settings.COMMENT_MODERATOR
    )


def moderate(text: str, rules: Rules) -> None:
    """Raises CommentRejected when the rules are in force and refuse ``text``.

    Blocked terms count on word boundaries after NFKC and case folding: neither full-width letters
    nor capitals slip through, and an innocent longer word does. A moderator that fails lets
    nothing through.
    """
    if not rules.moderation_enabled:
        return
    folded = fold(text)
    for term in filter(None, map(fold, _terms(rules.blocked_terms))):
        if re.search(rf"(?<!\w){re.escape(term)}(?!\w)", folded):
            raise CommentRejected
    if rules.max_links is not None and len(_LINK.findall(text)) > rules.max_links:
        raise CommentRejected("too_many_links_in_comment", limit=rules.max_links)
    if rules.moderator:
        _ask(rules.moderator, text, rules if isinstance(rules, Tenant) else None)


def fold(text: str) -> str:
    """``text`` as terms are compared: NFKC, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _terms(stored: Any) -> list[str]:
    """The terms, whatever somebody wrote into the column past the domain: a comment is never lost
    to that."""
    listed = stored if isinstance(stored, list) else [stored]
    return [str(term) for term in listed if type(term) in (str, int, float)]


def _ask(path: str, text: str, tenant: Tenant | None) -> None:
    try:
        reason = import_string(path)(text, tenant)
    except Exception:  # whatever somebody else's code raises
        _log.exception("The comment moderator %s failed", path)
        raise CommentRejected("comment_unchecked") from None
    if reason:
        raise CommentRejected("as_told", reason=str(reason))
