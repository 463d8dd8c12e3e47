"""What a tenant lets people say."""

from __future__ import annotations

import logging
import re
import unicodedata
from typing import Any

from django.utils.module_loading import import_string

from accounts.models import Tenant
from comments.errors import CommentRejected

_LINK = re.compile(r"https?://(?:www\.)?|\bwww\.", re.IGNORECASE)
_log = logging.getLogger(__name__)


def moderate(text: str, tenant: Tenant) -> None:
    """Raises CommentRejected when the tenant's moderation is on and refuses ``text``.

    Blocked terms count on word boundaries after NFKC and case folding: neither full-width letters
    nor capitals slip through, and an innocent longer word does. A moderator that fails lets
    nothing through.
    """
    if not tenant.moderation_enabled:
        return
    folded = fold(text)
    for term in filter(None, map(fold, _terms(tenant.blocked_terms))):
        if re.search(rf"(?<!\w){re.escape(term)}(?!\w)", folded):
            raise CommentRejected
    if tenant.max_links is not None and len(_LINK.findall(text)) > tenant.max_links:
        links = "1 link" if tenant.max_links == 1 else f"{tenant.max_links} links"
        raise CommentRejected(f"A comment may hold at most {links}.")
    if tenant.moderator:
        _ask(tenant.moderator, text, tenant)


def fold(text: str) -> str:
    """``text`` as terms are compared: NFKC, case folded, single spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _terms(stored: Any) -> list[str]:
    """The terms, whatever somebody wrote into the column past the domain: a comment is never lost
    to that."""
    listed = stored if isinstance(stored, list) else [stored]
    return [str(term) for term in listed if type(term) in (str, int, float)]


def _ask(path: str, text: str, tenant: Tenant) -> None:
    try:
        reason = import_string(path)(text, tenant)
    except Exception:  # whatever somebody else's code raises
        _log.exception("The comment moderator %s failed", path)
        raise CommentRejected("This comment could not be checked. Please try again.") from None
    if reason:
        raise CommentRejected(str(reason))
