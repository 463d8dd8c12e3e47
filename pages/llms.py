"""What programs that read for people are told about this site; llmstxt.org describes the form."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config.links import base_url


@require_safe
def llms(request: HttpRequest) -> HttpResponse:
    """Markdown with the addresses of this server."""
    told = {"name": settings.SITE_NAME, "site": base_url(request)}
    kind = "text/plain; charset=utf-8"
    return render(request, "api/llms.txt", told, content_type=kind)
