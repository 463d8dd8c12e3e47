"""The commands that make tenants, users and keys: text, --json, and refusals."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from accounts.domain.api_keys import actor_from_key, issue_key
from accounts.enums import KeyKind
from accounts.models import ApiKey, Tenant, User
from config.errors import Unauthenticated
from tests.conftest import Api
from tests.makers import make_channel, make_tenant, make_user
from tests.root import refusal
from tests.tenant_cast import EVENTS

pytestmark = pytest.mark.django_db


def run(*command: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command(*command, stdout=out)
    return out.getvalue().strip()


def run_json(*command: str) -> Any:
    """What the command prints with --json."""
    return json.loads(run(*command, "--json"))


def written(moment: Any) -> str:
    """A time as --json has it."""
    return str(moment.isoformat().replace("+00:00", "Z"))


# --- create_tenant ----------------------------------------------------------------------------


def test_create_tenant() -> None:
    """id, slug and name; the slug is made from the name."""
    text = run("create_tenant", "Acme Events")
    tenant = Tenant.objects.get()
    assert text == f"{tenant.pk}  acme-events  Acme Events"
    made = run_json("create_tenant", "Ünique", "--slug", "Own Slug")
    other = Tenant.objects.get(slug="own-slug")
    assert made == {"id": str(other.pk), "slug": "own-slug", "name": "Ünique"}


@pytest.mark.once
def test_tenants_that_are_refused() -> None:
    """A slug that is taken, a name without letters, one that is too long or blank."""
    run("create_tenant", "Acme")
    assert refusal("create_tenant", "ACME") == "tenant_exists"
    assert refusal("create_tenant", "東京") == "slug: not_a_slug"
    assert refusal("create_tenant", " ").startswith("name: ")
    assert refusal("create_tenant", "x" * 121).startswith("name: ")
    assert Tenant.objects.count() == 1


# --- create_user ------------------------------------------------------------------------------


def test_create_user() -> None:
    """A member or an organizer, without a password."""
    make_tenant()
    slug = Tenant.objects.get().slug
    text = run("create_user", " Ada@Example.org ", "--tenant", slug, "--name", "Ada")
    ada = User.objects.get()
    assert text == f"{ada.pk}  ada@example.org  {slug}  member"
    assert (ada.display_name, ada.is_staff, ada.has_usable_password()) == ("Ada", False, False)
    made = run_json("create_user", "bob@example.org", "--tenant", slug, "--organizer")
    bob = User.objects.get(email="bob@example.org")
    assert made == {
        "id": str(bob.pk),
        "email": "bob@example.org",
        "tenant": slug,
        "role": "organizer",
    }
    assert (bob.is_staff, bob.is_superuser) == (True, False)
    alone = run_json("create_user", "carol@example.org")
    assert (alone["tenant"], alone["role"]) == (None, "member")


def test_users_that_are_refused() -> None:
    """No address, a known one, an unknown tenant, an organizer of nothing, a name too long."""
    run("create_user", "ada@example.org")
    assert refusal("create_user", "ada") == "email: not_an_email"
    assert refusal("create_user", "ADA@example.org") == "user_exists"
    assert refusal("create_user", "b@example.org", "--tenant", "no") == "tenant_not_found"
    assert refusal("create_user", "b@example.org", "--organizer") == (
        "tenant: organizer_without_tenant"
    )
    too_long = refusal("create_user", "b@example.org", "--name", "x" * 121)
    assert too_long.startswith("display_name: ")
    far_too_long = f"{'x' * 60}@{'.'.join(['y' * 60] * 4)}.org"
    assert refusal("create_user", far_too_long).startswith("email: ")
    assert User.objects.count() == 1


def test_a_password_from_standard_input(monkeypatch: pytest.MonkeyPatch, client: Client) -> None:
    """Its first line, of which nothing is printed; an organizer signs in to the admin with it."""
    slug = make_tenant().slug
    monkeypatch.setattr("sys.stdin", io.StringIO(" correct horse battery \r\nnot this\n"))
    options = ["--tenant", slug, "--organizer", "--password-stdin"]
    made = run("create_user", "ada@example.org", *options)
    assert "horse" not in made
    form = {"username": "ada@example.org", "password": " correct horse battery "}
    assert client.post("/admin/login/", form).status_code == 302
    assert client.get("/admin/events/event/").status_code == 200


def test_a_password_from_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for twice; two that differ make no user."""
    answers = iter(["correct horse battery", "correct horse", *["correct horse battery"] * 2])
    monkeypatch.setattr("getpass.getpass", lambda prompt: next(answers))
    assert "do not match" in refusal("create_user", "ada@example.org", "--password")
    assert not User.objects.exists()
    run("create_user", "ada@example.org", "--password")
    assert User.objects.get().check_password("correct horse battery")


@pytest.mark.parametrize("sent", ["", "\n", "12345678\n", "ada@example.org\n"])
def test_a_password_that_is_easy_to_guess(monkeypatch: pytest.MonkeyPatch, sent: str) -> None:
    """Nobody is made with it, nor with none at all."""
    monkeypatch.setattr("sys.stdin", io.StringIO(sent))
    assert refusal("create_user", "ada@example.org", "--password-stdin").startswith("password: ")
    assert not User.objects.exists()


def test_a_password_never_stands_on_the_command_line() -> None:
    """The options take no value, and only one of them is given."""
    for options in (["--password", "secret"], ["--password=secret"], ["--password-stdin=secret"]):
        assert "secret" in refusal("create_user", "ada@example.org", *options)
    both = refusal("create_user", "ada@example.org", "--password", "--password-stdin")
    assert "not allowed with" in both


# --- create_api_key ---------------------------------------------------------------------------


def test_create_api_key(api: Api) -> None:
    """The key alone, so that a shell can catch it; it works."""
    ada = make_user(email="ada@example.org", tenant=make_tenant())
    key = run("create_api_key", "ADA@example.org")
    assert actor_from_key(key).user_id == ada.pk
    assert api.get(EVENTS, key).status_code == 200
    made = run_json("create_api_key", "ada@example.org")
    assert made.keys() == {"key", "prefix"}
    assert made["key"].startswith(made["prefix"])
    assert actor_from_key(made["key"]).user_id == ada.pk


def test_every_option_of_create_api_key() -> None:
    """Kind, scope, channel, expiry and name."""
    tenant = make_tenant()
    make_user(email="ada@example.org", tenant=tenant)
    club = make_channel("Club", tenant=tenant)
    options = ["--kind", "publishable", "--scope", "READ_PUBLIC", "--channel", "club"]
    options += ["--expires", "2100-01-01", "--name", "Web site"]
    key = run("create_api_key", "ada@example.org", *options)
    stored = ApiKey.objects.get()
    assert (stored.kind, stored.scopes) == (KeyKind.PUBLISHABLE, ["READ_PUBLIC"])
    assert (stored.channel_id, stored.name) == (club.pk, "Web site")
    assert written(stored.expires_at) == "2100-01-01T00:00:00Z"
    assert actor_from_key(key).channel_id == club.pk


@pytest.mark.once
@pytest.mark.parametrize(
    ("options", "said"),
    [
        (["nobody@example.org"], "user_not_found"),
        (["--channel", "none"], "channel_not_found"),
        (["--channel", "theirs"], "channel: channel_of_another_tenant"),
        (["--expires", "2001-01-01"], "expires: not_in_the_future"),
        (["--expires", "9999-01-01"], "expires: "),
        (["--expires", "soon"], "expires: "),
        (["--name", "x" * 121], "name: "),
        (["--kind", "publishable", "--scope", "WRITE_SALES"], "scope: scope_not_allowed"),
        (["--kind", "master"], "Error: argument --kind: invalid choice"),
        (["--scope", "ALL"], "Error: argument --scope: invalid choice"),
    ],
)
def test_keys_that_are_refused(options: list[str], said: str) -> None:
    """One line that says why; no key."""
    make_user(email="ada@example.org", tenant=make_tenant())
    make_channel("Theirs", tenant=make_tenant())
    email = [] if "@" in options[0] else ["ada@example.org"]
    assert refusal("create_api_key", *email, *options).startswith(said)
    assert not ApiKey.objects.exists()


# --- list_api_keys and revoke_api_key -----------------------------------------------------------


def test_list_api_keys() -> None:
    """The newest first, each with its state, never with more of the key than its prefix."""
    tenant = make_tenant()
    ada = make_user(email="ada@example.org", tenant=tenant)
    club = make_channel("Club", tenant=tenant)
    keys = [issue_key(user=ada, channel=club, name="Shop"), issue_key(user=ada)]
    keys.append(issue_key(user=make_user(email="nomad@example.org")))
    keys.append(issue_key(user=make_user(tenant=tenant, is_active=False)))
    actor_from_key(keys[0].text)
    run("revoke_api_key", keys[1].prefix)
    expiring = ApiKey.objects.get(pk=keys[2].id)
    ApiKey.objects.filter(pk=keys[2].id).update(expires_at=expiring.created_at)
    listed = run_json("list_api_keys")
    assert [each["prefix"] for each in listed] == [key.prefix for key in keys[::-1]]
    assert [each["state"] for each in listed] == ["inactive", "expired", "revoked", "active"]
    first = ApiKey.objects.get(pk=keys[0].id)
    assert listed[3] == {
        "prefix": keys[0].prefix,
        "state": "active",
        "user": "ada@example.org",
        "tenant": tenant.slug,
        "channel": "club",
        "scopes": "READ_PUBLIC,WRITE_SALES",
        "name": "Shop",
        "created_at": written(first.created_at),
        "expires_at": None,
        "last_used_at": written(first.last_used_at),
    }
    text = run("list_api_keys")
    assert len(text.splitlines()) == 4
    assert text.splitlines()[1].startswith(f"{keys[2].prefix}  expired  nomad@example.org  ")
    for key in keys:
        assert key.prefix in text
        assert key.text[16:] not in text + json.dumps(listed)


def test_listing_one_tenants_keys() -> None:
    """Only its; an unknown tenant is an error, no empty list."""
    for name in ("Acme", "Umbrella"):
        issue_key(user=make_user(tenant=make_tenant(name), email=f"{name}@example.org"))
    slug = Tenant.objects.get(name="Acme").slug
    assert [key["user"] for key in run_json("list_api_keys", "--tenant", slug)] == (
        ["acme@example.org"]
    )
    assert refusal("list_api_keys", "--tenant", "no") == "tenant_not_found"


def test_an_empty_list() -> None:
    """Nothing as text, an empty list as JSON."""
    assert run("list_api_keys") == ""
    assert run_json("list_api_keys") == []


def test_revoke_api_key() -> None:
    """The prefix and the moment, again the second time; the key is dead."""
    key = issue_key(user=make_user(tenant=make_tenant()))
    made = run_json("revoke_api_key", key.prefix)
    revoked_at = ApiKey.objects.get().revoked_at
    assert made == {"prefix": key.prefix, "revoked_at": written(revoked_at)}
    assert run("revoke_api_key", key.prefix) == f"{key.prefix}  {revoked_at}"
    with pytest.raises(Unauthenticated):
        actor_from_key(key.text)
    assert refusal("revoke_api_key", "sk_live_unknown2") == "api_key_not_found"
