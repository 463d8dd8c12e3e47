"""What every template may use."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from config.instance import legal_pages


def site(request: HttpRequest) -> dict[str, Any]:
    """The instance's name, its imprint and privacy notice, and whether it sends mail: pages promise
    none where none is sent."""
    return {
        "site_name": settings.SITE_NAME,
        "mail_enabled": settings.MAIL_ENABLED,
        **legal_pages(settings),
    }
