"""The address under which search engines keep a page, and the same page in other languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from django.conf import settings
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from config.links import base_url


def canonical_links(context: Mapping[str, Any], url: str = "") -> SafeString:
    """``{% canonical url %}``: the ``<link>`` elements of a page at ``url`` (absolute, without a
    query), by default that of the request. A page asked for in one language, ``?lang=de``, is kept
    as that; the address without a language is for everybody else."""
    request = context["request"]
    url = url or f"{base_url(request)}{request.path}"
    asked = request.GET.get("lang", "")
    codes = [code for code, _ in settings.LANGUAGES]
    links = [("canonical", "", _in(url, asked) if asked in codes else url)]
    links += [("alternate", code, _in(url, code)) for code in codes]
    links.append(("alternate", "x-default", url))
    return format_html_join(
        "\n  ",
        '<link rel="{}"{} href="{}">',
        (
            (rel, format_html(' hreflang="{}"', code) if code else "", address)
            for rel, code, address in links
        ),
    )


def _in(url: str, language: str) -> str:
    return f"{url}?{urlencode({'lang': language})}"
