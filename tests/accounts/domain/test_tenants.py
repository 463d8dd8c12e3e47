"""Tenants and users: what each field may hold, who organizes, and what goes with whom."""

from __future__ import annotations

from importlib import import_module
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.apps import apps
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import connection

from accounts import limits
from accounts.domain.api_keys import issue_key
from accounts.domain.organizers import GROUP
from accounts.domain.tenants import (
    create_tenant,
    create_user,
    delete_tenant,
    delete_user,
    update_tenant,
    update_user,
)
from accounts.models import ApiKey, Tenant, User
from comments.models import Comment
from config.errors import Conflict, Invalid, NotFound
from tests.makers import (
    make_channel,
    make_event,
    make_image,
    make_rsvp,
    make_tenant,
    make_user,
)

pytestmark = pytest.mark.django_db
MODERATOR = f"{__name__}.moderator"
migration = import_module("accounts.migrations.0004_clean_accounts")


def moderator(text: str, tenant: Tenant) -> str | None:
    """What a tenant may call."""
    return None


def groups(user: User) -> list[str]:
    """The names of the user's groups."""
    return list(User.objects.get(pk=user.pk).groups.values_list("name", flat=True))


# --- Tenants ------------------------------------------------------------------------------------


def test_a_tenant_with_every_field() -> None:
    """Texts are trimmed, terms are told once, the slug is a slug."""
    rules: dict[str, Any] = {
        "moderation_enabled": True,
        "blocked_terms": [" spam ", "", "buy now", "spam"],
        "max_links": 0,
        "moderator": MODERATOR,
    }
    tenant = create_tenant(name=" Acme ", slug="Own Slug", **rules)
    rules["blocked_terms"] = ["spam", "buy now"]
    stored = Tenant.objects.get(pk=tenant.pk)
    assert {"name": stored.name, "slug": stored.slug} == {"name": "Acme", "slug": "own-slug"}
    assert {name: getattr(stored, name) for name in rules} == rules
    values = {"max_links": None, "blocked_terms": [], "moderator": ""}
    update_tenant(tenant_id=tenant.pk, values=values)
    stored.refresh_from_db()
    assert {name: getattr(stored, name) for name in values} == values
    assert (stored.name, stored.moderation_enabled) == ("Acme", True)


@pytest.mark.once
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", " "),
        ("name", "x" * 121),
        ("slug", "!"),
        ("moderation_enabled", "yes"),
        ("blocked_terms", None),
        ("blocked_terms", "spam"),
        ("blocked_terms", 5),
        ("blocked_terms", {}),
        ("blocked_terms", ["spam", 5]),
        ("blocked_terms", ["a\0b"]),
        ("blocked_terms", ["x" * (limits.BLOCKED_TERM + 1)]),
        ("blocked_terms", [str(n) for n in range(limits.BLOCKED_TERMS + 1)]),
        ("max_links", -1),
        ("max_links", 10**9),
        ("max_links", True),
        ("moderator", "x"),
        ("moderator", "no.such.path"),
        ("moderator", f"{__name__}.MODERATOR"),
        ("moderator", "x" * 201),
    ],
)
def test_what_a_tenant_may_not_hold(field: str, value: Any) -> None:
    """Refused by name, when it is made and when it is changed; nothing is written."""
    tenant = make_tenant()
    before = Tenant.objects.filter(pk=tenant.pk).values().get()
    with pytest.raises(Invalid) as problem:
        update_tenant(tenant_id=tenant.pk, values={"name": "New", field: value})
    assert [*problem.value.errors] == [field]
    with pytest.raises(Invalid) as problem:
        create_tenant(**({"name": "Another"} | {field: value}))
    assert [*problem.value.errors] == [field]
    assert Tenant.objects.values().get() == before


def test_a_slug_is_one_tenants() -> None:
    """Neither a new tenant nor a changed one takes it; its own stays its own."""
    first, second = create_tenant(name="Acme"), create_tenant(name="Other")
    for take in (
        lambda: create_tenant(name="ACME"),
        lambda: update_tenant(tenant_id=second.pk, values={"slug": "Acme"}),
    ):
        with pytest.raises(Conflict) as problem:
            take()
        assert problem.value.key == "tenant_exists"
    update_tenant(tenant_id=first.pk, values={"slug": "acme", "name": "Acme II"})
    assert {*Tenant.objects.values_list("slug", "name")} == {
        ("acme", "Acme II"),
        ("other", "Other"),
    }


def test_a_tenant_is_deleted_when_it_holds_nothing() -> None:
    """A user, a channel, an image or an event keeps it: those have rules of their own."""
    tenant = make_tenant()
    held = [make_image(tenant), make_channel(tenant=tenant), make_user(tenant=tenant)]
    held.append(make_event().stored)
    held[-1].tenant = tenant
    held[-1].save()
    while held:
        with pytest.raises(Conflict) as problem:
            delete_tenant(tenant_id=tenant.pk)
        assert problem.value.key == "tenant_in_use"
        held.pop().delete()
    delete_tenant(tenant_id=tenant.pk)
    assert not Tenant.objects.exists()


def test_who_is_not_there() -> None:
    """NotFound, whatever is asked."""
    for act in (
        lambda: update_tenant(tenant_id=uuid4(), values={"name": "X"}),
        lambda: delete_tenant(tenant_id=uuid4()),
        lambda: update_user(user_id=uuid4(), values={"display_name": "X"}),
        lambda: delete_user(user_id=uuid4()),
    ):
        with pytest.raises(NotFound):
            act()


# --- Users --------------------------------------------------------------------------------------


def test_an_address_is_one_users() -> None:
    """In lower case, and whatever the case of one that is stored already."""
    ada, bob = create_user(email=" Ada@Example.org "), create_user(email="bob@example.org")
    assert ada.email == "ada@example.org"
    User.objects.filter(pk=ada.pk).update(email="Ada@Example.org")
    for take in (
        lambda: create_user(email="ADA@example.org"),
        lambda: update_user(user_id=bob.pk, values={"email": "aDa@example.org"}),
    ):
        with pytest.raises(Conflict) as problem:
            take()
        assert problem.value.key == "user_exists"
    update_user(user_id=ada.pk, values={"email": "ADA@example.org"})
    update_user(user_id=bob.pk, values={"email": "Bob@Example.com"})
    emails = User.objects.order_by("email").values_list("email", flat=True)
    assert [*emails] == ["ada@example.org", "bob@example.com"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("email", ""),
        ("email", "ada"),
        ("email", None),
        ("display_name", "x" * 121),
        ("display_name", "a\0"),
        ("first_name", "x" * 151),
        ("last_name", "a\nb"),
        ("is_active", 1),
        ("is_staff", None),
        ("is_superuser", "on"),
    ],
)
def test_what_a_user_may_not_hold(field: str, value: Any) -> None:
    """Refused by name, and nothing is written."""
    user = make_user(tenant=make_tenant())
    before = User.objects.values().get()
    with pytest.raises(Invalid) as problem:
        update_user(user_id=user.pk, values={"display_name": "New", field: value})
    assert [*problem.value.errors] == [field]
    assert User.objects.values().get() == before


def test_the_group_follows_the_role() -> None:
    """Staff are in, whatever groups are chosen; others are out; a superuser needs no group."""
    user, chosen = make_user(tenant=make_tenant()), Group.objects.create(name="Chosen")
    organizers = Group.objects.get(name=GROUP)
    told: list[tuple[dict[str, Any], list[str]]] = [
        ({"is_staff": True}, [GROUP]),
        ({"groups": [chosen]}, ["Chosen", GROUP]),
        ({"is_staff": False}, ["Chosen"]),
        ({"groups": [chosen, organizers]}, ["Chosen"]),
        ({"is_staff": True, "groups": []}, [GROUP]),
        ({"is_superuser": True}, []),
        ({"display_name": "Ada"}, []),
    ]
    for values, expected in told:
        update_user(user_id=user.pk, values=values)
        assert sorted(groups(user)) == expected, values


def test_an_organizer_belongs_to_a_tenant() -> None:
    """Nobody organizes without one, and no organizer loses it; a superuser needs none."""
    tenant = make_tenant()
    loose, organizer = make_user(), create_user(email="o@x.org", tenant=tenant, organizer=True)
    for user, values in ((loose, {"is_staff": True}), (organizer, {"tenant": None})):
        with pytest.raises(Invalid) as problem:
            update_user(user_id=user.pk, values=values)
        assert problem.value.keys == {"tenant": ["organizer_without_tenant"]}
        assert groups(user) == ([GROUP] if user == organizer else [])
    update_user(user_id=loose.pk, values={"is_staff": True, "is_superuser": True})
    update_user(user_id=organizer.pk, values={"tenant": None, "is_staff": False})
    organizer.refresh_from_db()
    assert (organizer.tenant_id, groups(organizer)) == (None, [])


def test_a_password_at_the_start() -> None:
    """It is usable, unless it is easy to guess; without one nobody signs in."""
    ada = create_user(email="ada@example.org", password="correct horse battery")
    assert ada.check_password("correct horse battery")
    assert not create_user(email="bob@example.org").has_usable_password()
    for weak in ("", "12345678", "password", "carol@example.org"):
        with pytest.raises(Invalid) as problem:
            create_user(email="carol@example.org", password=weak)
        assert [*problem.value.errors] == ["password"]
    assert User.objects.count() == 2


def test_a_user_goes_with_keys_comments_and_avatar(
    django_capture_on_commit_callbacks: Any,
) -> None:
    """Events and RSVPs stay."""
    user = make_user(tenant=make_tenant())
    user.avatar.save("a.png", ContentFile(b"png"))
    avatar = str(user.avatar.name)
    issue_key(user=user)
    Comment.objects.create(author=user, content_type="video", content_id="1", body="Hello")
    event = make_event()
    rsvp = make_rsvp(event, user=user)
    with django_capture_on_commit_callbacks(execute=True):
        delete_user(user_id=user.pk)
    assert [model for model in (User, ApiKey, Comment) if model.objects.exists()] == []
    assert not default_storage.exists(avatar)
    assert rsvp.stored.user_id is None


# --- What older versions stored -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("stored", "clean"),
    [
        (None, []),
        (True, []),
        (5, ["5"]),
        ("spam", ["spam"]),
        ("spam\n ham \n\nspam", ["spam", "ham"]),
        # PostgreSQL sorts the keys of an object; these are sorted on both databases.
        ({"ham": None, "spam": 1}, ["ham", "spam"]),
        ([" spam", 5, None, [], {}, "", "spam"], ["spam", "5"]),
        (["spam", "ham"], ["spam", "ham"]),
    ],
)
def test_stored_terms_become_lists_of_strings(stored: Any, clean: list[str]) -> None:
    """Whatever the admin let through."""
    tenant = make_tenant()
    tenant.blocked_terms = stored
    if stored is None:  # null of JSON: the column itself holds none
        with connection.cursor() as cursor:
            cursor.execute("UPDATE accounts_tenant SET blocked_terms = 'null'")
    else:
        tenant.save()
    migration.clean_terms(apps, SimpleNamespace(connection=connection))
    assert Tenant.objects.get().blocked_terms == clean


def test_stored_addresses_become_lower_case() -> None:
    """Unless that is somebody else's: then a person decides."""
    for email in ("Ada@x.org", "Bob@x.org", "bob@x.org"):
        User.objects.filter(pk=make_user().pk).update(email=email)
    migration.lower_addresses(apps, SimpleNamespace(connection=connection))
    emails = set(User.objects.values_list("email", flat=True))
    assert emails == {"ada@x.org", "Bob@x.org", "bob@x.org"}
