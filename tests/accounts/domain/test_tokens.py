"""Capability tokens: what opens, what does not, and that nothing of them is stored."""

from __future__ import annotations

import base64
import sqlite3
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from access.actors import actor_from
from access.standing import own_rsvp
from accounts.domain.actors import ANONYMOUS, Actor
from accounts.domain.root import is_root_token, root_token, rotate_root_token
from accounts.domain.tokens import CapabilityToken, mint, read, verify
from accounts.enums import TokenKind
from accounts.models import RootCredential
from events.models import EventLink
from rsvps.models import Rsvp
from tests.conftest import Api, Clock
from tests.makers import make_event, make_link, make_rsvp, make_tenant, make_user

KINDS = st.sampled_from(list(TokenKind))
VERSIONS = st.integers(0, 2**31)


def readable(text: str) -> CapabilityToken:
    token = read(text)
    assert token is not None
    return token


@given(kind=KINDS, id=st.uuids(), version=VERSIONS)
def test_a_token_reads_back(kind: TokenKind, id: UUID, version: int) -> None:
    """47 URL-safe characters that name kind and id and verify for their version."""
    text = mint(kind, id, version)
    token = readable(text)
    assert len(text) == 47
    assert text.startswith(kind.value)
    assert text.replace("-", "").replace("_", "").isalnum()
    assert (token.kind, token.id) == (kind, id)
    assert verify(token, version)
    assert mint(kind, id, version) == text


@given(kind=KINDS, id=st.uuids(), version=VERSIONS, other=VERSIONS)
def test_another_version_does_not_verify(
    kind: TokenKind, id: UUID, version: int, other: int
) -> None:
    """Raising the version retires the token."""
    assert verify(readable(mint(kind, id, version)), other) is (version == other)


@given(kind=KINDS, other=KINDS, id=st.uuids())
def test_another_kind_does_not_verify(kind: TokenKind, other: TokenKind, id: UUID) -> None:
    """A prefix put before another kind's body opens nothing."""
    token = readable(other.value + mint(kind, id, 1)[4:])
    assert verify(token, 1) is (kind == other)


@given(id=st.uuids(), position=st.integers(0, 31), flip=st.integers(1, 255), kind=KINDS)
def test_one_changed_byte_does_not_verify(
    id: UUID, position: int, flip: int, kind: TokenKind
) -> None:
    """Any byte of id or signature, changed in any way."""
    text = mint(kind, id, 1)
    body = bytearray(base64.urlsafe_b64decode(text[4:] + "="))
    body[position] ^= flip
    changed = kind.value + base64.urlsafe_b64encode(body).rstrip(b"=").decode()
    assert not verify(readable(changed), 1)


@given(text=st.text(max_size=60) | st.text(alphabet="cvorx_-Aa0=+/", min_size=47, max_size=47))
def test_texts_that_are_no_tokens(text: str) -> None:
    """Whatever is read never raises, and never verifies."""
    token = read(text)
    assert token is None or not verify(token, 1)


@given(body=st.binary(min_size=32, max_size=32), kind=KINDS)
def test_bodies_nobody_minted(body: bytes, kind: TokenKind) -> None:
    """Well-formed and unsigned."""
    text = kind.value + base64.urlsafe_b64encode(body).rstrip(b"=").decode()
    assert not verify(readable(text), 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text + "A",
        lambda text: text[:-1],
        lambda text: text + "=",
        lambda text: " " + text[1:],
        lambda text: text.upper(),
        lambda text: "cvz_" + text[4:],
        lambda text: text[:10] + "+/" + text[12:],
        lambda text: text[:10] + "\n" + text[11:],
        lambda text: text[:10] + "é" + text[11:],
        lambda text: text[:-1] + "\0",
        lambda text: "",
    ],
)
def test_misshapen_tokens(change: Callable[[str], str]) -> None:
    """Length, alphabet and prefix are exact."""
    text = mint(TokenKind.RSVP, UUID(int=0), 1)
    assert read(text) is not None
    assert read(change(text)) is None


def test_a_token_has_one_spelling() -> None:
    """The unused bits at its end count: no second text opens the same thing."""
    text = mint(TokenKind.RSVP, UUID(int=5), 1)
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    opening = [
        text[:-1] + last
        for last in alphabet
        if (token := read(text[:-1] + last)) is not None and verify(token, 1)
    ]
    assert opening == [text]


def test_an_older_key_still_verifies_and_an_unknown_one_does_not(settings: Any) -> None:
    """Keys rotate: the first mints, all verify; a key that is gone opens nothing."""
    settings.CAPABILITY_KEYS = ["old"]
    old = readable(mint(TokenKind.RSVP, uuid4(), 1))
    settings.CAPABILITY_KEYS = ["new", "older", "old"]
    assert verify(old, 1)
    assert mint(old.kind, old.id, 1) != mint_with("old", old, settings)
    settings.CAPABILITY_KEYS = ["new"]
    assert not verify(old, 1)


def mint_with(key: str, token: CapabilityToken, settings: Any) -> str:
    keys, settings.CAPABILITY_KEYS = settings.CAPABILITY_KEYS, [key]
    text = mint(token.kind, token.id, 1)
    settings.CAPABILITY_KEYS = keys
    return text


# --- What a token grants ----------------------------------------------------------------------


@pytest.mark.django_db
class TestActor:
    """From tokens to grants."""

    def test_nothing_presented(self) -> None:
        """Nobody."""
        assert actor_from([]) == ANONYMOUS == Actor()

    def test_a_token_that_opens_nothing(self) -> None:
        """Presented, and no more."""
        for text in ("", "x", mint(TokenKind.RSVP, uuid4(), 1), mint(TokenKind.ROOT, uuid4(), 1)):
            assert actor_from([text]) == Actor(presented=True)

    def test_several_tokens_add_up(self) -> None:
        """A browser holds an owner's and a guest's; rubbish among them takes nothing away."""
        event = make_event()
        rsvp = make_rsvp(event)
        actor = actor_from([event.owner_token, rsvp.token, root_token(), "x"])
        assert actor.link is not None
        assert actor.rsvp is not None
        assert (actor.link.event_ids, own_rsvp(actor, event.id).id) == ({event.id}, rsvp.id)
        assert actor.is_root

    def test_a_revoked_link_is_dead_at_once(self) -> None:
        """No grace."""
        token = make_link(make_event())
        assert actor_from([token]).link is not None
        EventLink.objects.update(revoked_at=timezone.now())
        assert actor_from([token]) == Actor(presented=True)

    def test_an_expiring_link_dies_on_time(self, clock: Clock) -> None:
        """Alive one second before, dead at the moment."""
        token = make_link(make_event(), expires_at=clock.now + timedelta(seconds=1))
        assert actor_from([token]).link is not None
        clock.advance(seconds=1)
        assert actor_from([token]) == Actor(presented=True)

    def test_a_raised_version_kills_links_and_answers(self) -> None:
        """The next version has another token."""
        event = make_event()
        rsvp = make_rsvp(event)
        EventLink.objects.update(version=2)
        Rsvp.objects.update(token_version=2)
        assert actor_from([event.owner_token, rsvp.token]) == Actor(presented=True)
        assert actor_from([mint(TokenKind.RSVP, rsvp.id, 2)]).rsvp is not None

    def test_use_is_noted_once_an_hour(
        self, clock: Clock, queries_of: Callable[[Callable[[], Any]], int]
    ) -> None:
        """Reading with a link is not a write each time."""
        token = make_event().owner_token
        costs = []
        for minutes in (0, 59, 1):
            clock.advance(minutes=minutes)
            costs.append(queries_of(lambda: actor_from([token])))
        assert costs == [2, 1, 2]
        assert EventLink.objects.get().last_used_at == clock.now

    def test_staff_and_superusers(self) -> None:
        """Staff organize their tenant's events; an inactive account nothing."""
        tenant = make_tenant()
        staff = make_user(tenant=tenant, is_staff=True)
        member = make_user(tenant=tenant)
        gone = make_user(tenant=tenant, is_staff=True, is_superuser=True, is_active=False)
        root = make_user(is_superuser=True)
        actors = [actor_from([], user=user) for user in (staff, member, gone, root)]
        assert [actor.staff_of for actor in actors] == [tenant.pk, None, None, None]
        assert [actor.is_root for actor in actors] == [False, False, False, True]


@pytest.mark.django_db
def test_the_root_token_rotates() -> None:
    """One credential: the same token until it is rotated, then another."""
    first = root_token()
    assert root_token() == first
    assert is_root_token(readable(first))
    second = rotate_root_token()
    assert (root_token(), second == first) == (second, False)
    assert not is_root_token(readable(first))
    assert is_root_token(readable(second))
    assert RootCredential.objects.count() == 1


def test_nothing_of_a_token_is_in_any_table(
    api: Api, everything_stored: Callable[[], dict[str, list[str]]]
) -> None:
    """After a whole round of use: not its text, not its signature in any spelling."""
    made = api.post("events", {"title": "Night", "start_time": "2031-01-01"}).json()
    path, owner = f"events/{made['event']['id']}", made["admin_token"]
    guest = api.post(f"{path}/rsvps", {"name": "Sky", "status": "yes"}).json()["rsvp"]
    api.patch(path, {"title": "Later"}, owner)
    api.post(f"{path}/messages", {"content": "Hi"}, owner)
    api.post(f"{path}/rsvps/{guest['id']}/reject", {"reason": "Full"}, owner)
    api.post(f"{path}/rsvps/self/messages", {"content": "Oh"}, guest["rsvp_token"])
    api.get(f"{path}/rsvps", root_token())
    stored = everything_stored()
    text = "\n".join(row for rows in stored.values() for row in rows)
    assert "Later" in text
    assert guest["id"].replace("-", "") in text.replace("-", "")
    for token in (owner, guest["rsvp_token"], root_token()):
        mac = readable(token).mac
        spellings = (token, token[4:], token[26:], mac.hex(), repr(mac), str(sqlite3.Binary(mac)))
        assert not [spelling for spelling in spellings if spelling in text]
