"""Every address of the admin, visited by an organizer: nothing of another tenant is there."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.urls import reverse

from accounts.models import Tenant, User
from pages.admin import SturdyAdmin, SuperusersOnly, TenantScoped
from tests.pages.admin.cast import ORGANIZED, House, browser, homeless_organizer, staff
from tests.pages.admin.crawling import (
    action_names,
    addresses,
    autocompletions,
    crawl,
    leaks,
    name_of,
    text_of,
    without_query,
)
from tests.pages.ids import repeated

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.once]


def test_every_model_has_its_place() -> None:
    """Scoped to a tenant, with a row in each house of these tests, or for superusers alone."""
    scoped = {
        model
        for model, model_admin in admin.site._registry.items()
        if isinstance(model_admin, TenantScoped)
    }
    assert scoped == set(ORGANIZED)
    for model, model_admin in admin.site._registry.items():
        assert isinstance(model_admin, SturdyAdmin), model
        assert isinstance(model_admin, SuperusersOnly) is (model not in scoped), model
        assert all(issubclass(inline, TenantScoped) for inline in model_admin.inlines), model


def test_the_house_says_its_mark_in_every_text(theirs: House) -> None:
    """What could leak is there: each model's row has a mark, or is named by what it belongs to."""
    unmarked = {
        model.__name__
        for model, row in theirs.rows.items()
        if not leaks(" ".join(str(value) for value in vars(row).values()), theirs)
    }
    assert None not in theirs.rows.values()
    assert unmarked == set()
    event, guest = theirs.event.stored, theirs.guest.stored
    for row, fields in (
        (event, ("title", "slug", "description", "location", "online_url", "tags", "metadata")),
        (guest, ("name", "email", "pronouns", "note", "answers")),
    ):
        for field in fields:
            said = str(getattr(row, field)).lower().replace(" ", "-")
            assert "their-secret" in said, field


def test_an_organizer_finds_nothing_of_another_tenant(
    organizer: Client, ours: House, theirs: House
) -> None:
    """Whatever link or address of the admin is followed; their own rows are there."""
    found = crawl(organizer, "/admin/")
    for address in addresses(ours.rows):
        if address not in found:
            found[address] = organizer.get(address)
    for address, answer in found.items():
        assert answer.status_code < 500, address
        assert leaks(text_of(answer), theirs) == [], address
    # The crawl went somewhere: every row of ours was opened.
    for model, row in ours.rows.items():
        assert found[reverse(name_of(model, "change"), args=[row.pk])].status_code == 200, model
        assert found[reverse(name_of(model, "changelist"))].status_code == 200, model
        assert found[reverse(name_of(model, "history"), args=[row.pk])].status_code == 200, model


def test_another_tenants_rows_are_not_there(organizer: Client, theirs: House) -> None:
    """Their addresses answer like those of rows that never were."""
    for model, row in theirs.rows.items():
        for page in ("change", "history", "delete"):
            answer = organizer.get(reverse(name_of(model, page), args=[row.pk]), follow=True)
            assert answer.status_code in (200, 403, 404), (model, page)
            said = text_of(answer).replace(str(row.pk), "")  # the address they typed themselves
            assert leaks(said, theirs) == [], (model, page)
            assert answer.status_code != 200 or answer.redirect_chain, (model, page)


def test_nothing_of_another_tenant_is_found(organizer: Client, theirs: House) -> None:
    """Searches, filters by their ids, related ids in links to the add pages."""
    for model, row in theirs.rows.items():
        listed = reverse(name_of(model, "changelist"))
        for query in ({"q": "secret"}, {"q": theirs.mark}, {"id": str(row.pk)}):
            assert leaks(without_query(organizer.get(listed, query), query), theirs) == []
        for name in ("event", "tier", "channel", "rsvp", "link"):
            other = getattr(row, f"{name}_id", None)
            if other is not None:
                query = {name: str(other)}
                for page in (listed, reverse(name_of(model, "add"))):
                    answer = organizer.get(page, query)
                    assert answer.status_code in (200, 302, 400, 403), (page, query)
                    assert leaks(without_query(answer, query), theirs) == [], (page, query)


def test_autocompletion_offers_own_rows_alone(
    organizer: Client, ours: House, theirs: House
) -> None:
    """The events of the tenant; users and tenants not at all."""
    asked = {url: organizer.get(f"{url}secret") for url in autocompletions()}
    asked |= {url: organizer.get(url) for url in autocompletions()}
    events = [
        answer.json()["results"]
        for url, answer in asked.items()
        if "app_label=rsvps&model_name=rsvp&field_name=event&" in url
    ]
    assert [row["id"] for rows in events for row in rows] == [str(ours.event.id)]
    assert all(answer.status_code in (200, 403) for answer in asked.values())
    for url, answer in asked.items():
        assert leaks(text_of(answer), theirs) == [], url
        if "field_name=tenant" in url or "field_name=user" in url:
            assert answer.status_code == 403, url


def test_writing_to_another_tenants_rows_changes_nothing(
    organizer: Client, ours: House, theirs: House, everything_stored: Any
) -> None:
    """Forms, deletions, and every action there is, with their ids: alone and among our own."""
    session = ("django_session",)
    before = {t: rows for t, rows in everything_stored().items() if t not in session}
    for model, row in theirs.rows.items():
        for page in ("change", "delete"):
            form = {"post": "yes", "title": "Hacked", "name": "Hacked", "_save": "Save"}
            answer = organizer.post(reverse(name_of(model, page), args=[row.pk]), form)
            assert answer.status_code in (302, 403, 404), (model, page)
        listed = reverse(name_of(model, "changelist"))
        for action in action_names(model):
            act = {"action": action, "_selected_action": [row.pk], "post": "yes", "apply": "1"}
            act |= {"reason": "Hacked", "content": "Hacked", "label": "Hacked"}
            answer = organizer.post(listed, act)
            assert answer.status_code in (200, 302), (model, action)
            assert leaks(text_of(answer).replace(str(row.pk), ""), theirs) == [], (model, action)
    again = organizer.post(reverse("admin:mail_again", args=[theirs.failed.pk]))
    assert again.status_code == 302
    after = {t: rows for t, rows in everything_stored().items() if t not in session}
    assert after == before


def test_another_tenants_ids_are_no_choice(
    organizer: Client, ours: House, theirs: House, everything_stored: Any
) -> None:
    """A typed foreign id is refused beside its field, and its name is not shown."""
    tables = ("rsvps_rsvp", "events_tier", "accounts_apikey")
    before = {table: everything_stored()[table] for table in tables}
    rsvp = {"name": "Mallory", "attendance": "going", "guest_count": 0}
    tier = {"name": "Ticket", "price_cents": 0, "currency": "EUR", "position": 0}
    key = {"name": "Key", "kind": "sk_live_"}
    for url, form, field in (
        ("admin:rsvps_rsvp_add", rsvp | {"event": theirs.event.id}, "event"),
        (
            "admin:rsvps_rsvp_add",
            rsvp | {"event": ours.event.id, "tier": theirs.guest.stored.tier_id},
            "tier",
        ),
        ("admin:events_tier_add", tier | {"event": theirs.event.id}, "event"),
        (
            "admin:accounts_apikey_add",
            key | {"channel": theirs.event.stored.channel_id},
            "channel",
        ),
    ):
        answer = organizer.post(reverse(url), form)
        assert list(answer.context["adminform"].errors) == [field], url
        typed = str(form[field])
        assert leaks(text_of(answer).replace(typed, ""), theirs) == [], url
    assert {table: everything_stored()[table] for table in tables} == before


def test_users_and_tenants_are_roots_business(
    organizer: Client, ours: House, theirs: House
) -> None:
    """An organizer opens no page of theirs, even with every permission there is."""
    closed = [m for m in admin.site._registry if m not in ORGANIZED]
    assert {Tenant, User} < set(closed)
    everything = browser(staff(tenant=ours.tenant))
    member = User.objects.get(tenant=ours.tenant, groups=None, is_staff=True)
    permission = member._meta.get_field("user_permissions").related_model
    assert permission is not None
    member.user_permissions.set(permission._default_manager.all())
    for client in (organizer, everything):
        for model in closed:
            for page in ("changelist", "add"):
                assert client.get(reverse(name_of(model, page))).status_code == 403, (model, page)
            row = model._default_manager.first()
            if row is not None:
                answer = client.get(reverse(name_of(model, "change"), args=[row.pk]))
                assert answer.status_code in (302, 403), model
        assert "Tenants" not in text_of(client.get("/admin/"))


def test_staff_without_the_group_or_a_tenant_see_nothing(ours: House) -> None:
    """Without the group an empty admin, without a tenant empty lists, and nothing to add."""
    groupless = browser(staff(tenant=ours.tenant))
    homeless = browser(homeless_organizer())
    assert "permission to view or edit anything" in text_of(groupless.get("/admin/"))
    for client in (groupless, homeless):
        assert leaks(text_of(client.get("/admin/")), ours) == []
    for model, row in ours.rows.items():
        assert groupless.get(reverse(name_of(model, "changelist"))).status_code == 403
        listed = homeless.get(reverse(name_of(model, "changelist")))
        assert (listed.status_code, listed.context["cl"].result_count) == (200, 0)
        assert homeless.get(reverse(name_of(model, "add"))).status_code == 403, model
        assert homeless.get(reverse(name_of(model, "change"), args=[row.pk])).status_code == 302


def test_members_do_not_enter(ours: House) -> None:
    """An account that is no staff is sent to the sign-in page."""
    member = User.objects.get(tenant=ours.tenant, is_staff=False)
    for address in addresses(ours.rows):
        answer = browser(member).get(address)
        assert answer.status_code in (200, 302), address
        if not address.endswith("/login/"):
            assert urlsplit(answer.get("Location", "")).path == "/admin/login/", address


def test_recent_actions_follow_the_tenant(organizer: Client, ours: House, theirs: House) -> None:
    """Somebody who came from another tenant does not take its titles along."""
    for house in (ours, theirs):
        LogEntry.objects.create(
            user=ours.organizer,
            content_type=ContentType.objects.get_for_model(house.event.stored),
            object_id=str(house.event.id),
            object_repr=str(house.event.stored),
            action_flag=CHANGE,
        )
    recent = organizer.get("/admin/").context["recent"]
    assert [entry.object_id for entry in recent] == [str(ours.event.id)]


def test_root_opens_every_page(boss: Client, ours: House, theirs: House) -> None:
    """Of both tenants; nothing answers with an error, and no page has an id twice."""
    found = crawl(boss, "/admin/", together=1)
    for house in (ours, theirs):
        for address in addresses(house.rows):
            if address not in found:
                found[address] = boss.get(address)
    for address, answer in found.items():
        assert answer.status_code in (200, 302, 403), address
    for house in (ours, theirs):
        for model, row in house.rows.items():
            page = found[reverse(name_of(model, "change"), args=[row.pk])]
            assert page.status_code == 200, model
    number, twice = repeated(found)
    assert twice == {}
    assert number > 100
