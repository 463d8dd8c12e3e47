"""An instance that sends mail, into a list."""

from __future__ import annotations

from typing import Any

import pytest


@pytest.fixture(autouse=True)
def mail_on(settings: Any) -> None:
    """Mail goes into django.core.mail.outbox; the instance knows its own address."""
    settings.MAIL_ENABLED = True
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.SITE_URL = "https://events.example.org"
    settings.DEFAULT_FROM_EMAIL = "Convene <noreply@events.example.org>"
