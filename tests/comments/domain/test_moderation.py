"""A tenant's moderation: blocked terms, links, and a callable of its own."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection

from accounts.models import Tenant
from comments.domain.moderation import moderate
from comments.errors import CommentRejected
from comments.models import Comment
from tests.makers import make_tenant
from tests.tenant_cast import comment_by, make_member


def tenant_with(**values: Any) -> Tenant:
    """A tenant that moderates, not saved."""
    return Tenant(name="Acme", slug="acme", **({"moderation_enabled": True} | values))


def passes(text: str, **values: Any) -> bool:
    """Whether the moderation lets the text through."""
    try:
        moderate(text, tenant_with(**values))
    except CommentRejected:
        return False
    return True


def wide(text: str) -> str:
    """ASCII letters as their full-width twins."""
    return "".join(chr(ord(letter) + 0xFEE0) for letter in text)


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("spam", "spam"),
        ("spam", "What a spam!"),
        ("spam", "SPAM"),
        ("SPAM", "spam"),
        ("spam", "(spam)"),
        ("spam", "eggs,spam,ham"),
        ("spam", "first\nspam\nlast"),
        ("spam", wide("spam")),
        ("spam", wide("SPAM")),
        (wide("spam"), "spam"),
        ("straße", "STRASSE"),
        ("strasse", "Straße"),
        ("straße", "straße"),
        ("STRASSE", wide("stra") + "ß" + wide("e")),
        ("ﬁx", "FIX"),
        ("café", "cafe\u0301"),
        ("σας", "ΣΑΣ"),
        ("buy now", "Buy   \n now"),
        ("c++", "I like C++."),
        ("$$$", "Earn $$$ today"),
        (".*", "so .* matches"),
        ("東京", "東京"),
        (5, "5"),
    ],
)
def test_blocked(term: Any, text: str) -> None:
    """Whatever the case, width, composition and spacing."""
    assert not passes(text, blocked_terms=["other", term])


@pytest.mark.parametrize(
    ("term", "text"),
    [
        ("spam", "spammer"),
        ("spam", "antispam"),
        ("spam", "spam_filter"),
        ("spam", "spam2"),
        ("ass", "A classy assessment of passengers"),
        ("straße", "Hauptstraßenfest"),
        ("buy now", "buynow"),
        (".*", "anything"),
        ("", "Well done!"),
        ("  ", "Well  done !"),
    ],
)
def test_innocent(term: str, text: str) -> None:
    """A longer word is another word, a term is no pattern, and an empty term blocks nothing."""
    assert passes(text, blocked_terms=[term])


@pytest.mark.parametrize("stored", [None, 5, True, 1.5, "spam", {"spam": 1}, [None, {}, [], 5]])
def test_odd_terms_break_no_comment(stored: Any) -> None:
    """What somebody wrote into the column past the domain blocks no letters, and is no error."""
    assert passes("A map, please: none of it true", blocked_terms=stored)
    assert passes("spam", blocked_terms=stored) is (stored != "spam")


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("no link", 0),
        ("example.org", 0),
        ("https://example.org", 1),
        ("HTTP://EXAMPLE.ORG", 1),
        ("www.example.org", 1),
        ("https://www.example.org", 1),
        ("http://www.example.org/?next=https://example.org", 2),
        ("https://a.org https://b.org", 2),
        ("https://a.org,https://b.org", 2),
        ("www.a.org www.b.org https://www.c.org", 3),
    ],
)
def test_links_are_counted(text: str, links: int) -> None:
    """A comment may hold as many as max_links, each counted once; no limit means any number."""
    assert passes(text, max_links=links)
    assert passes(text, max_links=None)
    if links:
        assert not passes(text, max_links=links - 1)
        with pytest.raises(CommentRejected, match=f"at most {links - 1} link"):
            moderate(text, tenant_with(max_links=links - 1))


def test_switched_off() -> None:
    """Nothing is asked, whatever is set."""
    rules = {"blocked_terms": ["spam"], "max_links": 0, "moderator": f"{__name__}.refuses"}
    assert passes("spam https://example.org", moderation_enabled=False, **rules)
    assert not passes("spam https://example.org", **rules)


# --- A callable of the tenant's own -------------------------------------------------------------


def accepts(text: str, tenant: Tenant) -> str | None:
    """Says nothing against it."""
    assert (text, tenant.name) == ("Hello", "Acme")
    return None


def refuses(text: str, tenant: Tenant) -> str | None:
    """Has a reason."""
    return f"{tenant.name} does not like {text}."


def breaks(text: str, tenant: Tenant) -> str | None:
    """Fails on the way."""
    raise RuntimeError("the service is down, password hunter2")


def writes(text: str, tenant: Tenant) -> str | None:
    """Tells whether a transaction is held meanwhile."""
    return "in a transaction" if connection.in_atomic_block else None


not_callable = 5


def test_a_callable_that_accepts() -> None:
    """It gets the text and the tenant."""
    assert passes("Hello", moderator=f"{__name__}.accepts")


def test_a_callable_that_refuses() -> None:
    """Its reason is what the author reads."""
    with pytest.raises(CommentRejected, match=r"^Acme does not like Hello\.$"):
        moderate("Hello", tenant_with(moderator=f"{__name__}.refuses"))


@pytest.mark.parametrize(
    "path",
    [f"{__name__}.breaks", f"{__name__}.missing", f"{__name__}.not_callable", "no.such.one", "x"],
)
def test_a_callable_that_fails(path: str, caplog: pytest.LogCaptureFixture) -> None:
    """Lets nothing through, tells the author nothing of why, and leaves a line in the log."""
    with pytest.raises(CommentRejected) as refused:
        moderate("Hello", tenant_with(moderator=path))
    assert refused.value.key == "This comment could not be checked. Please try again."
    assert [record.message for record in caplog.records] == [f"The comment moderator {path} failed"]


def test_the_callable_is_asked_last() -> None:
    """A term or link that is refused anyway is not sent to anybody else's code."""
    rules: dict[str, Any] = {"moderator": f"{__name__}.breaks"}
    for text, more in (("spam", {"blocked_terms": ["spam"]}), ("www.x.org", {"max_links": 0})):
        with pytest.raises(CommentRejected) as refused:
            moderate(text, tenant_with(**rules, **more))
        assert "could not be checked" not in refused.value.key


@pytest.mark.django_db(transaction=True)
def test_no_transaction_waits_for_the_callable() -> None:
    """A slow service must not hold up everybody else's writes."""
    tenant = make_tenant()
    Tenant.objects.update(moderation_enabled=True, moderator=f"{__name__}.writes")
    comment_by(make_member(tenant))
    assert Comment.objects.count() == 1
