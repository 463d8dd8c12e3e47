"""The group of organizers: what it may do, and who is in it."""

from __future__ import annotations

import pytest
from django.apps import apps as all_apps
from django.apps.registry import Apps
from django.contrib.auth.models import Group, Permission
from django.core.management import call_command

from accounts.domain.actors import ANONYMOUS, Actor
from accounts.domain.organizers import GROUP, PERMISSIONS, keep_group, organized_by
from accounts.domain.tenants import create_user
from events.models import Event, Tier
from tests.makers import make_event, make_tenant, make_tier, make_user

pytestmark = pytest.mark.django_db


def granted() -> set[str]:
    """The permissions of the group, like ``events.add_event``."""
    group = Group.objects.get(name=GROUP)
    return {
        f"{app}.{code}"
        for app, code in group.permissions.values_list("content_type__app_label", "codename")
    }


def test_the_group_holds_what_is_listed_and_nothing_else() -> None:
    """It is there after the first migration."""
    listed = {
        f"{label.split('.')[0]}.{act}_{label.split('.')[1]}"
        for label, acts in PERMISSIONS.items()
        for act in acts
    }
    assert granted() == listed
    for forbidden in ("user", "tenant", "rootcredential", "group", "dbtaskresult", "logentry"):
        assert not any(each.endswith(f"_{forbidden}") for each in granted())


def test_each_migration_sets_the_group_right_again() -> None:
    """What was added goes, what was taken comes back; running twice is running once."""
    before = granted()
    group = Group.objects.get(name=GROUP)
    group.permissions.set(Permission.objects.filter(codename="view_user"))
    call_command("migrate", verbosity=0)
    assert granted() == before
    call_command("migrate", verbosity=0)
    assert granted() == before


def test_organizers_from_before_the_group_join_it_once() -> None:
    """Staff of a tenant do; others do not. Who left the group later stays out."""
    tenant = make_tenant()
    early = make_user(tenant=tenant, is_staff=True)
    others = [
        make_user(tenant=tenant),
        make_user(is_staff=True),
        make_user(tenant=tenant, is_staff=True, is_superuser=True),
    ]
    Group.objects.all().delete()
    call_command("migrate", verbosity=0)
    assert [user.pk for user in Group.objects.get(name=GROUP).user_set.all()] == [early.pk]
    early.groups.clear()
    call_command("migrate", verbosity=0)
    assert not Group.objects.get(name=GROUP).user_set.exists()
    assert [user.groups.count() for user in others] == [0, 0, 0]


def test_where_there_are_no_tables_nothing_happens() -> None:
    """A migration back to zero ends without the group's models."""
    keep_group(apps=Apps([]), using="default")
    assert all_apps.is_installed("accounts")


def test_a_new_organizer_is_in_the_group() -> None:
    """Members of a tenant are not."""
    tenant = make_tenant()
    organizer = create_user(email="o@example.org", tenant=tenant, organizer=True)
    member = create_user(email="m@example.org", tenant=tenant)
    assert [group.name for group in organizer.groups.all()] == [GROUP]
    assert (organizer.is_staff, member.is_staff, member.groups.count()) == (True, False, 0)


def test_whose_rows_are_whose() -> None:
    """An organizer's tenant's, straight and through an event; root's all, anybody else's none."""
    tenant, other = make_tenant(), make_tenant()
    ours = make_event(actor=Actor(staff_of=tenant.pk))
    theirs = make_event(actor=Actor(staff_of=other.pk))
    open_one = make_event()
    tiers = {event.id: make_tier(event).pk for event in (ours, theirs, open_one)}

    def seen(actor: Actor) -> tuple[set[object], set[object]]:
        events = organized_by(actor, Event.objects.all(), "tenant")
        held = organized_by(actor, Tier.objects.all(), "event__tenant")
        return {event.pk for event in events}, {tier.pk for tier in held}

    assert seen(Actor(staff_of=tenant.pk)) == ({ours.id}, {tiers[ours.id]})
    assert seen(Actor(is_root=True)) == (set(tiers), set(tiers.values()))
    assert seen(ANONYMOUS) == seen(Actor(tenant_id=tenant.pk)) == (set(), set())
