"""Organizers: staff of a tenant. Who they are in the admin, and which rows are theirs."""

from __future__ import annotations

from typing import Any, TypeVar

from django.apps.registry import Apps
from django.apps.registry import apps as present_apps
from django.contrib.auth.models import Group
from django.db.models import Exists, OuterRef, Q, QuerySet

from accounts.domain.actors import Actor
from accounts.models import User

GROUP = "Organizers"
# What the group may do with each model. Links and check-ins are made and ended by actions, which
# ask for the right to change the event or the answer.
PERMISSIONS: dict[str, tuple[str, ...]] = {
    "channels.channel": ("view", "add", "change"),
    "events.event": ("view", "add", "change", "delete"),
    "events.tier": ("view", "add", "change", "delete"),
    "events.question": ("view", "add", "change", "delete"),
    "events.liveroom": ("view", "add", "change", "delete"),
    "events.eventlink": ("view",),
    "events.series": ("view",),
    "rsvps.rsvp": ("view", "add", "change", "delete"),
    "rsvps.checkin": ("view",),
    "rsvps.invitation": ("view", "delete"),
    "comments.comment": ("view", "delete"),
    "comments.message": ("view", "add", "delete"),
    "accounts.image": ("view", "add"),
    "accounts.apikey": ("view", "add", "change"),
    "notify.endpoint": ("view", "add", "change", "delete"),
    "notify.delivery": ("view",),
    "notify.attempt": ("view",),
    "notify.mail": ("view",),
}

Rows = TypeVar("Rows", bound="QuerySet[Any]")


def organized_by(actor: Actor, rows: Rows, tenant_path: str) -> Rows:
    """The rows an organizer works with: those of their tenant; all of them for root, none for
    anybody else. ``tenant_path`` leads from a row to its tenant, like ``event__tenant``."""
    if actor.is_root:
        return rows
    if actor.staff_of is None:
        return rows.none()
    step, _, rest = tenant_path.partition("__")
    if not rest:
        return rows.filter(**{tenant_path: actor.staff_of})
    # Asked of each row, so that a list in the order of an index stops after its first page.
    parent: Any = rows.model._meta.get_field(step).related_model
    theirs = parent._default_manager.filter(pk=OuterRef(step), **{rest: actor.staff_of})
    return rows.filter(Exists(theirs))


def keep_group(*, using: str, apps: Apps = present_apps, **_: Any) -> None:
    """Makes the group hold exactly PERMISSIONS; run after every migration.

    When the group is new, the organizers there are join it. Where the tables are not (a migration
    back to zero), nothing happens.
    """
    try:
        groups = apps.get_model("auth", "Group").objects.using(using)
        permissions = apps.get_model("auth", "Permission").objects.using(using)
        users = apps.get_model("accounts", "User").objects.using(using)
    except LookupError:
        return
    group, made = groups.get_or_create(name=GROUP)
    group.permissions.set(permissions.filter(_wanted()))
    if made:
        staff = users.filter(is_staff=True, is_superuser=False, tenant__isnull=False)
        group.user_set.add(*staff)


def follow_role(user: User) -> None:
    """Puts staff into the group, and takes everybody else out; a superuser needs none."""
    group, _ = Group.objects.get_or_create(name=GROUP)
    if user.is_staff and not user.is_superuser:
        user.groups.add(group)
    else:
        user.groups.remove(group)


def _wanted() -> Q:
    wanted = Q()
    for label, acts in PERMISSIONS.items():
        app, model = label.split(".")
        wanted |= Q(content_type__app_label=app, codename__in=[f"{act}_{model}" for act in acts])
    return wanted
