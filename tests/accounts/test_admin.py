"""Tenants and users in the admin: every write is the domain's."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.domain.organizers import GROUP
from accounts.models import Tenant, User
from tests.makers import make_tenant, make_user
from tests.pictures import png

pytestmark = [pytest.mark.django_db, pytest.mark.once]
ADD_TENANT, ADD_USER = "/admin/accounts/tenant/add/", "/admin/accounts/user/add/"


@pytest.fixture
def boss(client: Client) -> Client:
    """A superuser's browser."""
    client.force_login(User.objects.create_superuser("root@example.org", "a long passphrase"))
    return client


def send(boss: Client, row: Tenant | User, **values: Any) -> Any:
    """The row's form as the browser sends it, with ``values`` typed in; None leaves a field out,
    as an unticked box does."""
    page = reverse(f"admin:accounts_{row._meta.model_name}_change", args=[row.pk])
    form = boss.get(page).context["adminform"].form
    sent = {field.html_name: field.value() for field in form} | values
    return boss.post(page, {name: each for name, each in sent.items() if each})


def wrong(page: Any) -> dict[str, list[str]]:
    """What stands beside the fields."""
    assert page.status_code == 200
    return dict(page.context["adminform"].errors)


# --- Tenants ------------------------------------------------------------------------------------


def test_blocked_terms_are_lines(boss: Client) -> None:
    """One term on each; emptied they are an empty list, and what looks like JSON is text."""
    form = {
        "name": "Acme",
        "slug": "acme",
        "blocked_terms": "spam\r\n\r\n buy now ",
        "max_links": "2",
    }
    assert boss.post(ADD_TENANT, form).status_code == 302
    tenant = Tenant.objects.get()
    assert (tenant.blocked_terms, tenant.max_links) == (["spam", "buy now"], 2)
    for typed, stored in (("", []), ('"spam"', ['"spam"']), ("5", ["5"]), ("null", ["null"])):
        assert send(boss, tenant, blocked_terms=typed, max_links="").status_code == 302
        tenant.refresh_from_db()
        assert (tenant.blocked_terms, tenant.max_links) == (stored, None)


@pytest.mark.parametrize(
    ("field", "typed"),
    [
        ("blocked_terms", "x" * 101),
        ("blocked_terms", "\n".join(map(str, range(501)))),
        ("max_links", "1001"),
        ("moderator", "no.such.thing"),
        ("name", "a\x07b"),
    ],
)
def test_a_tenant_that_is_refused(boss: Client, field: str, typed: str) -> None:
    """Beside its field, with the rest as it was typed; nothing changes."""
    tenant = make_tenant()
    page = send(boss, tenant, **({"moderator": "django.utils.text.slugify"} | {field: typed}))
    assert [*wrong(page)] == [field]
    assert page.context["adminform"].form[field].value() == typed
    assert Tenant.objects.get().moderator == ""


def test_a_tenant_that_is_in_use_stays(boss: Client) -> None:
    """Until nothing belongs to it; an empty one goes."""
    tenant, empty = make_tenant("Used"), make_tenant("Empty")
    make_user(tenant=tenant)
    for each in (tenant, empty):
        page = reverse("admin:accounts_tenant_delete", args=[each.pk])
        assert boss.post(page, {"post": "yes"}).status_code == 302
    assert Tenant.objects.get() == tenant


# --- Users --------------------------------------------------------------------------------------


def test_a_user_is_made(boss: Client) -> None:
    """In lower case, with a password or without; an address in another case is known."""
    password = "correct horse battery"
    form = {"email": "Ada@Example.org", "usable_password": "true"}
    assert boss.post(ADD_USER, form | {"password1": "12345678", "password2": "12345678"})
    assert not User.objects.filter(email__startswith="ada").exists()
    form |= {"password1": password, "password2": password}
    assert boss.post(ADD_USER, form).status_code == 302
    ada = User.objects.get(email="ada@example.org")
    assert ada.check_password(password)
    assert [*wrong(boss.post(ADD_USER, form | {"email": "ADA@example.org"}))] == ["__all__"]
    form = {"email": "bob@example.org", "usable_password": "false"}
    assert boss.post(ADD_USER, form).status_code == 302
    assert not User.objects.get(email="bob@example.org").has_usable_password()


def test_an_organizer_is_made_and_ended(boss: Client) -> None:
    """Staff status takes into the group and out of it, and needs a tenant."""
    user = make_user()
    password = user.password
    assert [*wrong(send(boss, user, is_staff="on"))] == ["tenant"]
    tenant = make_tenant()
    assert send(boss, user, is_staff="on", tenant=str(tenant.pk)).status_code == 302
    user.refresh_from_db()
    assert (user.is_staff, user.tenant_id, user.password) == (True, tenant.pk, password)
    assert [group.name for group in user.groups.all()] == [GROUP]
    assert send(boss, user, is_staff=None).status_code == 302
    assert not user.groups.exists()


def test_an_address_is_changed_to_lower_case(boss: Client) -> None:
    """And to nobody else's."""
    user = make_user(email="ada@example.org")
    make_user(email="bob@example.org")
    assert send(boss, user, email="Ada.B@Example.org").status_code == 302
    user.refresh_from_db()
    assert user.email == "ada.b@example.org"
    assert wrong(send(boss, user, email="BOB@example.org"))
    user.refresh_from_db()
    assert user.email == "ada.b@example.org"


def test_preferences_have_no_editor(boss: Client) -> None:
    """Nothing that is sent reaches them."""
    user = make_user(preferences={"kept": True})
    assert send(boss, user, preferences="null", display_name="Ada").status_code == 302
    user.refresh_from_db()
    assert (user.display_name, user.preferences) == ("Ada", {"kept": True})


def test_an_avatar_takes_the_file_before_it_along(
    boss: Client, django_capture_on_commit_callbacks: Any
) -> None:
    """Files nobody names any longer are not kept."""
    user = make_user()
    names = []
    with django_capture_on_commit_callbacks(execute=True):
        for _ in range(2):
            upload = SimpleUploadedFile("me.png", png(), "image/png")
            assert send(boss, user, avatar=upload).status_code == 302
            user.refresh_from_db()
            names.append(str(user.avatar.name))
        assert boss.post(reverse("admin:accounts_user_delete", args=[user.pk]), {"post": "yes"})
    assert [default_storage.exists(name) for name in names] == [False, False]
    assert not User.objects.filter(pk=user.pk).exists()


def test_passwords_are_changed_on_djangos_page(boss: Client) -> None:
    """As before."""
    user = make_user()
    page = reverse("admin:auth_user_password_change", args=[user.pk])
    form = {"password1": "correct horse battery", "password2": "correct horse battery"}
    assert boss.post(page, form | {"usable_password": "true"}).status_code == 302
    user.refresh_from_db()
    assert user.check_password("correct horse battery")
