"""Organisations and the people in them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from accounts.domain.organizers import follow_role
from accounts.fields import TENANT, USER
from accounts.models import Tenant, User
from config.cleaners import Field, Table
from config.errors import Conflict, Invalid, NotFound, flaw
from outbox.domain.emitting import EventScope, tell_all
from outbox.enums import Kind


def create_tenant(*, name: str, slug: str = "", **moderation: Any) -> Tenant:
    """A new organisation; its slug is made from the name when none is given. ``moderation`` is as
    in update_tenant(). Raises Invalid, and Conflict when the slug is taken."""
    values = {"name": name} | ({"slug": slug} if slug else {}) | moderation
    cleaned = _cleaned(TENANT, values)
    tenant = Tenant(**_cleaned(TENANT, {"slug": cleaned["name"]}) | cleaned)
    _save(tenant, Conflict("tenant_exists", slug=tenant.slug), force_insert=True)
    return tenant


def update_tenant(*, tenant_id: UUID, values: Mapping[str, Any]) -> None:
    """Changes what ``values`` holds of name, slug, moderation_enabled, blocked_terms (a list of
    strings), max_links (null for any number) and moderator (the dotted path of a callable, or an
    empty string). Raises Invalid, Conflict when the slug is taken, NotFound."""
    cleaned = _cleaned(TENANT, values)
    with transaction.atomic():
        tenant = Tenant.objects.select_for_update(no_key=True).filter(pk=tenant_id).first()
        if tenant is None:
            raise NotFound
        for field, value in cleaned.items():
            setattr(tenant, field, value)
        _save(tenant, Conflict("tenant_exists", slug=tenant.slug), update_fields=list(cleaned))


def delete_tenant(*, tenant_id: UUID) -> None:
    """Removes an organisation to which nothing belongs any longer: what does has rules of its own
    for being deleted. Raises Conflict, NotFound."""
    with transaction.atomic():
        tenant = Tenant.objects.select_for_update().filter(pk=tenant_id).first()
        if tenant is None:
            raise NotFound
        for relation in tenant._meta.related_objects:
            held: Any = relation.related_model
            if held._default_manager.filter(**{relation.field.name: tenant}).exists():
                raise Conflict("tenant_in_use")
        tenant.delete()


def tenant_by_slug(slug: str) -> Tenant:
    """The organisation with this slug. Raises NotFound."""
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise NotFound("tenant_not_found", slug=slug)
    return tenant


def create_user(
    *,
    email: str,
    tenant: Tenant | None = None,
    organizer: bool = False,
    display_name: str = "",
    password: str | None = None,
) -> User:
    """A person with an account, who cannot sign in without a password; an ``organizer`` may enter
    the admin, where the group of organizers works with what is the tenant's.

    Raises Invalid for a bad address, a name that does not fit, a password that is easy to guess or
    an organizer without a tenant, Conflict for a known address.
    """
    cleaned = _cleaned(USER, {"email": email, "display_name": display_name})
    user = User(**cleaned, tenant=tenant, is_staff=organizer)
    _ensure_role(user)
    if password is not None:
        try:
            validate_password(password, user)
        except ValidationError as problem:
            said = [flaw("as_told", reason=reason) for reason in problem.messages]
            raise Invalid({"password": said}) from None
    user.set_password(password)
    with transaction.atomic():
        _save_person(user, force_insert=True)
        follow_role(user)
    return user


def update_user(*, user_id: UUID, values: Mapping[str, Any]) -> None:
    """Changes what ``values`` holds of email, display_name, first_name, last_name, tenant, avatar
    (a file, or False to take it away), is_active, is_staff, is_superuser, groups and
    user_permissions. Staff of a tenant are its organizers, and in their group.

    Raises Invalid, Conflict for a known address, NotFound.
    """
    cleaned = _cleaned(USER, values)
    grants = {name: cleaned.pop(name) for name in _GRANTS if name in cleaned}
    with transaction.atomic():
        user = User.objects.select_for_update(no_key=True).filter(pk=user_id).first()
        if user is None:
            raise NotFound
        old_avatar = str(user.avatar.name) if user.avatar and "avatar" in cleaned else ""
        for field, value in cleaned.items():
            setattr(user, field, value)
        if _ROLE & cleaned.keys():
            _ensure_role(user)
        _save_person(user, update_fields=list(cleaned))
        for name, rows in grants.items():
            getattr(user, name).set(rows)
        if _ROLE & (cleaned | grants).keys():
            follow_role(user)
        if old_avatar:
            transaction.on_commit(partial(user.avatar.storage.delete, old_avatar))


def delete_user(*, user_id: UUID) -> None:
    """Removes an account with its keys, comments and avatar. Events and RSVPs stay, without it.
    Raises NotFound."""
    with transaction.atomic():
        user = User.objects.select_for_update().filter(pk=user_id).first()
        if user is None:
            raise NotFound
        _tell_of_leaving(user)
        user.delete()
        if user.avatar:
            transaction.on_commit(partial(user.avatar.storage.delete, str(user.avatar.name)))


def _tell_of_leaving(user: User) -> None:
    """What the account made and answered is shown without it from now on."""
    events = [EventScope(*row) for row in user.events.values_list(*EventScope._fields)]
    told = {"changed": {"creator_id": [user.pk, None]}}
    tell_all([(event, event.id) for event in events], Kind.EVENT_UPDATED, **told)
    columns = [f"event__{name}" for name in EventScope._fields]
    answers = user.rsvps.values_list("id", *columns)
    tell_all([(EventScope(*row), id) for id, *row in answers], Kind.RSVP_UPDATED)


def user_by_email(email: str) -> User:
    """The user with this address, whatever its case. Raises NotFound."""
    user = User.objects.select_related("tenant").filter(email=email.strip().lower()).first()
    if user is None:
        raise NotFound("user_not_found", email=email)
    return user


_GRANTS = ("groups", "user_permissions")
_ROLE = {"is_staff", "is_superuser", "tenant", "groups"}


def _cleaned(table: Table[Field], values: Mapping[str, Any]) -> dict[str, Any]:
    cleaned, errors = table.clean(values)
    if errors:
        raise Invalid(errors)
    return cleaned


def _ensure_role(user: User) -> None:
    if user.is_staff and not user.is_superuser and user.tenant_id is None:
        raise Invalid({"tenant": "organizer_without_tenant"})


def _save_person(user: User, **options: Any) -> None:
    """Saves, unless somebody else has the address in whatever case: rows may be older than the
    rule that addresses are in lower case."""
    taken = Conflict("user_exists", email=user.email)
    if User.objects.filter(email__iexact=user.email).exclude(pk=user.pk).exists():
        raise taken
    _save(user, taken, **options)


def _save(row: Tenant | User, taken: Conflict, **options: Any) -> None:
    """Saves; what has to be unique and is there already raises ``taken``."""
    try:
        with transaction.atomic():
            row.save(**options)
    except IntegrityError:
        raise taken from None
