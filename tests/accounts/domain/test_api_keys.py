"""API keys: issued once, stored as digests, found by prefix and proved by the rest."""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone

from accounts.domain import api_keys
from accounts.domain.api_keys import actor_from_key, issue_key, revoke_key
from accounts.enums import KeyKind, Scope
from accounts.models import ApiKey, User
from config.errors import Invalid, NotFound, Unauthenticated
from tests.conftest import Api, Clock
from tests.makers import make_channel, make_event, make_tenant, make_user
from tests.tenant_cast import COMMENTS, EVENTS, make_member, said
from tests.wording import in_words

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    """A member of a tenant."""
    return make_user(tenant=make_tenant(), display_name="Ada")


def refused(text: str) -> bool:
    """Whether nobody is behind the key."""
    with pytest.raises(Unauthenticated) as problem:
        actor_from_key(text)
    return problem.value.key == "bad_api_key"


# --- Issuing ----------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KeyKind)
def test_the_shape_of_a_key(user: User, kind: KeyKind) -> None:
    """The kind, eight letters to find it by, and 256 bits; no two alike."""
    keys = [issue_key(user=user, kind=kind) for _ in range(20)]
    for key in keys:
        assert re.fullmatch(rf"{kind}[a-km-np-z2-9]{{8}}[A-Za-z0-9_-]{{43}}", key.text)
        assert key.text.startswith(key.prefix)
        assert len(key.prefix) == 16
    assert len({key.text[16:] for key in keys}) == 20


def test_only_the_digest_is_stored(
    user: User, everything_stored: Callable[[], dict[str, list[str]]]
) -> None:
    """No row of any table holds the key or its secret half; the visible prefix is there."""
    key = issue_key(user=user)
    actor_from_key(key.text)
    stored = str(everything_stored())
    assert key.prefix in stored
    assert key.text not in stored
    assert key.text[16:] not in stored
    assert ApiKey.objects.get().digest == hashlib.sha256(key.text.encode()).hexdigest()


def test_a_key_without_the_writing_scope_only_reads(api: Api, user: User) -> None:
    """403 on every write, and nothing is made; reading goes on."""
    key = issue_key(user=user, scopes=[Scope.READ_PUBLIC]).text
    body = {"title": "Mine", "start_time": "2100-01-01T10:00:00Z"}
    assert said(api.post(EVENTS, body, key), 403)["detail"] == in_words("read_only_key")
    assert said(api.get(EVENTS, key), 200)["total"] == 0
    assert said(api.post(EVENTS, body, issue_key(user=user).text), 201)["title"] == "Mine"


def test_scopes(user: User) -> None:
    """Every scope of the kind by default; a publishable key never gets to write."""
    both = ["READ_PUBLIC", "WRITE_SALES"]
    for kind, asked, given in (
        (KeyKind.SECRET, None, both),
        (KeyKind.SECRET, [Scope.READ_PUBLIC], ["READ_PUBLIC"]),
        (KeyKind.SECRET, both[::-1], both),
        (KeyKind.PUBLISHABLE, None, ["READ_PUBLIC"]),
    ):
        key = issue_key(user=user, kind=kind, scopes=asked)
        assert ApiKey.objects.get(pk=key.id).scopes == given
        assert actor_from_key(key.text).scopes == set(given)
    for kind, asked in ((KeyKind.PUBLISHABLE, [Scope.WRITE_SALES]), (KeyKind.SECRET, ["ALL"])):
        with pytest.raises(Invalid) as problem:
            issue_key(user=user, kind=kind, scopes=asked)
        assert list(problem.value.keys) == ["scope"]


def test_what_is_not_issued(user: User) -> None:
    """A foreign or open channel, an expiry in the past, a name that does not fit."""
    ours = make_channel("Ours", tenant=user.tenant)
    attempts: list[tuple[str, dict[str, Any]]] = [
        ("channel", {"channel": make_channel("Theirs", tenant=make_tenant())}),
        ("channel", {"channel": make_channel("Open")}),
        ("channel", {"channel": ours, "user": make_user()}),
        ("expires", {"expires_at": timezone.now()}),
        ("name", {"name": "x" * 121}),
    ]
    for field, values in attempts:
        with pytest.raises(Invalid) as problem:
            issue_key(**({"user": user} | values))
        assert list(problem.value.keys) == [field]
    assert not ApiKey.objects.exists()
    assert actor_from_key(issue_key(user=user, channel=ours).text).channel_id == ours.pk


# --- Who a key acts for -----------------------------------------------------------------------


def test_a_secret_key_is_its_user(user: User) -> None:
    """Within the tenant, with the right to write; an organizer's key organizes."""
    actor = actor_from_key(issue_key(user=user).text)
    assert (actor.user_id, actor.user_name, actor.tenant_id) == (user.pk, "Ada", user.tenant_id)
    assert (actor.may_write, actor.staff_of, actor.is_root) == (True, None, False)
    User.objects.update(is_staff=True)
    assert actor_from_key(issue_key(user=user).text).staff_of == user.tenant_id


def test_a_publishable_key_is_nobody(user: User) -> None:
    """Even a superuser's reads what everybody may, within the tenant."""
    User.objects.update(is_staff=True, is_superuser=True)
    actor = actor_from_key(issue_key(user=user, kind=KeyKind.PUBLISHABLE).text)
    assert (actor.user_id, actor.staff_of, actor.is_root, actor.may_write) == (
        *(None, None, False, False),
    )
    assert (actor.presented, actor.tenant_id) == (True, user.tenant_id)


def test_a_user_who_left_the_tenant(api: Api) -> None:
    """The key opens nothing any more: neither the old tenant nor, by itself, the new one."""
    old, new = make_tenant(), make_tenant()
    member = make_member(old, is_staff=True)
    event = make_event(actor=member.actor, is_private=True)
    assert said(api.get(EVENTS, member.key), 200)["total"] == 1
    for tenant in (None, new):
        User.objects.filter(pk=member.id).update(tenant=tenant)
        actor = member.actor
        assert (actor.tenant_id, actor.staff_of) == (None, None)
        for path in (EVENTS, f"{EVENTS}/{event.id}", f"{EVENTS}/my-events"):
            assert said(api.get(path, member.key), 400)["code"] == "no_tenant"
        assert api.delete(f"{EVENTS}/{event.id}", member.key).status_code == 400
    User.objects.filter(pk=member.id).update(tenant=old)
    assert said(api.get(EVENTS, member.key), 200)["total"] == 1


# --- Keys that do not work ----------------------------------------------------------------------


def test_the_secret_half_decides(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    """The right prefix with another secret is compared in constant time and refused; a wrong
    prefix has nothing to be compared with."""
    key = issue_key(user=user)
    compared: list[tuple[str, str]] = []
    genuine = hmac.compare_digest

    def noted(one: str, other: str) -> bool:
        compared.append((one, other))
        return genuine(one, other)

    monkeypatch.setattr(api_keys.hmac, "compare_digest", noted)
    last = "A" if key.text[-1] != "A" else "B"
    assert refused(key.text[:-1] + last)
    assert refused(key.text[:16] + "x" * 43)
    digest = ApiKey.objects.get().digest
    assert [pair[0] for pair in compared] == [digest, digest]
    assert refused(key.text[:15] + ("2" if key.text[15] != "2" else "3") + key.text[16:])
    assert len(compared) == 2
    assert actor_from_key(key.text).user_id == user.pk


def test_two_keys_with_one_prefix(user: User) -> None:
    """Should chance make two alike, each still opens for its own secret."""
    first, second = issue_key(user=user), issue_key(user=make_user(tenant=user.tenant))
    twin = first.prefix + second.text[16:]
    digest = hashlib.sha256(twin.encode()).hexdigest()
    ApiKey.objects.filter(pk=second.id).update(prefix=first.prefix, digest=digest)
    assert actor_from_key(first.text).user_id == user.pk
    assert actor_from_key(twin).user_id not in (None, user.pk)


@pytest.mark.once
@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "x", "cvo_x", "sk_live_", "SK_LIVE_" + "x" * 51),
        *("sk_live_ü" + "x" * 50, "sk_live_\0" + "x" * 50, "sk_live_" + "x" * 5000),
    ],
    ids=range(9),
)
def test_what_is_no_key(text: str) -> None:
    """Refused like any other."""
    assert refused(text)


def test_revoked(user: User) -> None:
    """At once, for good, and once: a second revoking keeps the first moment."""
    key, other = issue_key(user=user), issue_key(user=user)
    first = revoke_key(key.prefix).revoked_at
    assert refused(key.text)
    assert revoke_key(f"{key.prefix}…").revoked_at == first
    assert actor_from_key(other.text).user_id == user.pk
    for unknown in ("sk_live_unknown2", "sk_live_", ""):
        with pytest.raises(NotFound):
            revoke_key(unknown)


def test_expired(user: User, clock: Clock) -> None:
    """Good until the moment it expires, and not at it."""
    key = issue_key(user=user, expires_at=clock.now + timedelta(hours=1))
    clock.advance(minutes=59)
    assert actor_from_key(key.text).user_id == user.pk
    clock.advance(minutes=1)
    assert refused(key.text)


def test_a_deactivated_user(user: User) -> None:
    """None of their keys works, of either kind."""
    keys = [issue_key(user=user, kind=kind) for kind in KeyKind]
    User.objects.update(is_active=False)
    assert [refused(key.text) for key in keys] == [True, True]


def test_last_use(user: User, clock: Clock) -> None:
    """Noted to ten minutes: reading with a key is not a write each time."""

    def noted() -> datetime | None:
        return ApiKey.objects.get().last_used_at

    key = issue_key(user=user)
    assert noted() is None
    first = clock.now
    actor_from_key(key.text)
    assert noted() == first
    clock.advance(minutes=9)
    actor_from_key(key.text)
    assert noted() == first
    clock.advance(minutes=1)
    actor_from_key(key.text)
    assert noted() == clock.now
    assert refused(key.text[:-3] + "xxx")
    assert noted() == clock.now


def test_one_query(user: User, queries_of: Callable[[Callable[[], Any]], int]) -> None:
    """Once its use is noted, a key costs one query; a text that is no key costs none."""
    key = issue_key(user=user)
    assert queries_of(lambda: actor_from_key(key.text)) == 2
    assert queries_of(lambda: actor_from_key(key.text)) == 1
    assert queries_of(lambda: refused("cvo_whatever")) == 0


# --- At the door --------------------------------------------------------------------------------


def test_both_headers(api: Api, user: User) -> None:
    """Authorization: Bearer in any case, or X-API-Key."""
    key = issue_key(user=user).text
    for headers in (
        {"Authorization": f"Bearer {key}"},
        {"Authorization": f"bearer {key}"},
        {"Authorization": f"BEARER  {key} "},
        {"X-API-Key": key},
        {"X-API-Key": key, "Authorization": "Basic Og=="},
    ):
        assert api.client.get(f"/api/v1/{EVENTS}", headers=headers).status_code == 200, headers


@pytest.mark.once
@pytest.mark.parametrize("path", [EVENTS, f"{EVENTS}/my-events", f"{COMMENTS}/video/1"])
def test_a_bad_key_at_the_door(api: Api, user: User, path: str) -> None:
    """401 with the challenge, and never the key in the answer."""
    key = issue_key(user=user).text
    revoke_key(key[:16])
    for headers in (
        {"Authorization": f"Bearer {key}"},
        {"X-API-Key": key},
        {"Authorization": "Bearer nonsense"},
        {"Authorization": "Bearer schlüssel"},
    ):
        response = api.client.get(f"/api/v1/{path}", headers=headers)
        assert said(response, 401) == {
            "detail": in_words("bad_api_key"),
            "code": "not_authenticated",
        }
        assert response.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.once
@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer "}, {"X-API-Key": " "}])
def test_no_key_at_the_door(api: Api, headers: dict[str, str]) -> None:
    """401 that says so."""
    response = api.client.get(f"/api/v1/{EVENTS}", headers=headers)
    assert said(response, 401)["detail"] == in_words("missing_api_key")
    assert response.headers["WWW-Authenticate"] == "Bearer"


def test_other_credentials_open_nothing(api: Api, root_token: str) -> None:
    """Neither the root token nor an event's link is an API key."""
    for token in (root_token, make_event().owner_token):
        assert api.get(EVENTS, token).status_code == 401
