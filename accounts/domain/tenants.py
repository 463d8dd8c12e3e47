"""Organisations and the people in them."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.utils.text import slugify

from accounts import limits
from accounts.domain.organizers import join_organizers
from accounts.models import Tenant, User
from config.errors import Conflict, Invalid, NotFound
from config.text import clean_text


def create_tenant(*, name: str, slug: str = "") -> Tenant:
    """A new organisation; its slug is made from the name when none is given. Raises Invalid, and
    Conflict when the slug is taken."""
    name = clean_text(name, field="name", limit=limits.TENANT_NAME, required=True)
    slug = slugify(slug or name)[: limits.TENANT_SLUG]
    if not slug:
        raise Invalid({"slug": "not_a_slug"})
    tenant, made = Tenant.objects.get_or_create(slug=slug, defaults={"name": name})
    if not made:
        raise Conflict("tenant_exists", slug=slug)
    return tenant


def tenant_by_slug(slug: str) -> Tenant:
    """The organisation with this slug. Raises NotFound."""
    tenant = Tenant.objects.filter(slug=slug).first()
    if tenant is None:
        raise NotFound("tenant_not_found", slug=slug)
    return tenant


def create_user(
    *, email: str, tenant: Tenant | None = None, organizer: bool = False, display_name: str = ""
) -> User:
    """A person with an account and no password yet; an ``organizer`` may enter the admin,
    where the group of organizers works with what is the tenant's.

    Raises Invalid for a bad address, a name that does not fit or an organizer without a tenant,
    Conflict for a known address.
    """
    email = clean_text(email, field="email", limit=limits.EMAIL).lower()
    display_name = clean_text(display_name, field="name", limit=limits.DISPLAY_NAME)
    try:
        validate_email(email)
    except ValidationError:
        raise Invalid({"email": "not_an_email"}) from None
    if organizer and tenant is None:
        raise Invalid({"tenant": "organizer_without_tenant"})
    with transaction.atomic():
        if User.objects.filter(email=email).exists():
            raise Conflict("user_exists", email=email)
        user = User.objects.create_user(
            email, tenant=tenant, is_staff=organizer, display_name=display_name
        )
        if organizer:
            join_organizers(user)
    return user


def user_by_email(email: str) -> User:
    """The user with this address, whatever its case. Raises NotFound."""
    user = User.objects.select_related("tenant").filter(email=email.strip().lower()).first()
    if user is None:
        raise NotFound("user_not_found", email=email)
    return user
