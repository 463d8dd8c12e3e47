"""Who is calling: tenants, their users and API keys, and the root credential."""

from __future__ import annotations

import uuid
from typing import Any, ClassVar

from django.contrib.auth.models import AbstractUser, BaseUserManager
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import limits
from accounts.enums import KeyKind
from config.images import CleanImageField


class Tenant(models.Model):
    """An organisation whose back end and staff run events here, closed off from all others."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    name = models.CharField(max_length=limits.TENANT_NAME)
    slug = models.SlugField(max_length=limits.TENANT_SLUG, unique=True)
    moderation_enabled = models.BooleanField(
        default=False, help_text=_("Check comments against the blocked terms and the link limit.")
    )
    blocked_terms = models.JSONField(default=list, blank=True, help_text=_("A list of words."))
    max_links = models.PositiveSmallIntegerField(
        null=True,
        blank=True,
        help_text=_("The most links a comment may have. Leave empty for no limit."),
    )
    moderator = models.CharField(
        max_length=limits.DOTTED_PATH,
        blank=True,
        help_text=_(
            "Dotted path of a callable (text, tenant) that returns a reason to refuse a "
            "comment, or None."
        ),
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name


class UserManager(BaseUserManager["User"]):
    """Makes users known by e-mail address, stored in lower case."""

    use_in_migrations = True

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user with a usable password only when one is given. Raises ValueError without email."""
        if not email:
            raise ValueError("A user needs an e-mail address.")
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A root admin of the Django admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)

    def get_by_natural_key(self, email: str | None) -> User:
        """The user with this address, whatever its case."""
        return self.get(email=(email or "").strip().lower())


class User(AbstractUser):
    """A person with an account. Known by e-mail; guests and owners of links need no account."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    username = None  # type: ignore[assignment]
    email = models.EmailField(_("e-mail address"), max_length=limits.EMAIL, unique=True)
    display_name = models.CharField(max_length=limits.DISPLAY_NAME, blank=True)
    avatar = CleanImageField(upload_to="avatars/", blank=True)
    tenant = models.ForeignKey(
        "accounts.Tenant", null=True, blank=True, on_delete=models.PROTECT, related_name="users"
    )
    preferences = models.JSONField(default=dict, blank=True)
    # Of the link to the calendar of one's own events: raising it ends the link.
    feed_version = models.PositiveIntegerField(default=1, editable=False)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = []

    objects: ClassVar[UserManager] = UserManager()  # type: ignore[assignment]

    class Meta:
        ordering = ["email"]

    def __str__(self) -> str:
        return self.display_name or self.email


class Device(models.Model):
    """A browser that keeps events without an account: rsvps/domain/keeping.py. It holds a random
    key; here is only the key's keyed digest."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    digest = models.CharField(max_length=64, unique=True)
    # As a user's.
    feed_version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    # To the day.
    last_used_at = models.DateTimeField(default=timezone.now, db_index=True, editable=False)

    def __str__(self) -> str:
        return str(self.id)


class ApiKey(models.Model):
    """A program's credential. Only the SHA-256 digest of the key is stored."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="api_keys")
    tenant = models.ForeignKey(
        "accounts.Tenant",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="api_keys",
    )
    channel = models.ForeignKey(
        "channels.Channel",
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="api_keys",
        help_text=_("Limits the key to one channel."),
    )
    name = models.CharField(max_length=limits.KEY_NAME, blank=True)
    kind = models.CharField(max_length=8, choices=KeyKind.choices, default=KeyKind.SECRET)
    prefix = models.CharField(max_length=20, db_index=True, help_text=_("The visible first part."))
    digest = models.CharField(max_length=64, unique=True)
    scopes = models.JSONField(default=list, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.prefix}…"


class RootCredential(models.Model):
    """The one row behind the root token: raising its version retires the old token."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    only = models.BooleanField(default=True, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1)
    rotated_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=models.Q(only=True), name="root_credential_only_one"),
        ]

    def __str__(self) -> str:
        return _("Root credential, version %(version)s") % {"version": self.version}


class Image(models.Model):
    """A picture somebody uploaded, re-encoded (config/images.py). Without a tenant it
    belongs to an event nobody has an account for."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    tenant = models.ForeignKey(
        "accounts.Tenant", null=True, blank=True, on_delete=models.CASCADE, related_name="images"
    )
    uploader = models.ForeignKey(
        "accounts.User", null=True, blank=True, on_delete=models.SET_NULL, related_name="images"
    )
    file = models.FileField(upload_to="images/")
    name = models.CharField(max_length=limits.FILE_NAME, help_text=_("The file’s original name."))
    extension = models.CharField(max_length=4)
    mime_type = models.CharField(max_length=20)
    size = models.PositiveIntegerField(help_text=_("Bytes."))
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    # Of its smaller files (config/images.py), in pixels.
    widths = models.JSONField(default=list, editable=False)
    alt_text = models.CharField(max_length=limits.ALT_TEXT, blank=True)
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ["-created_at", "id"]

    def __str__(self) -> str:
        return self.name or str(self.id)
