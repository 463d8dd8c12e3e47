"""Finding one's way through the admin: its addresses, its links, and what a page says."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urljoin, urlsplit

from django.apps import apps
from django.contrib import admin
from django.db import models
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse

from tests.pages.admin.cast import House

_HREF = re.compile(r'href="([^"#]*)')
# What signs out, or is no page of ours.
_LEFT_OUT = ("/admin/logout/", "/static/")


def name_of(model: type[models.Model], page: str) -> str:
    """The name of a model's page in the admin."""
    return f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}"


def addresses(rows: dict[type[models.Model], Any]) -> Iterator[str]:
    """Every address the admin's own table of URLs has, with these rows' ids in it."""
    for model, model_admin in admin.site._registry.items():
        for url in model_admin.get_urls():
            name = getattr(url, "name", None)
            if not isinstance(url, URLPattern) or not name:
                continue
            if model in rows:
                try:
                    yield reverse(f"admin:{name}", args=[rows[model].pk])
                    continue
                except NoReverseMatch:
                    pass
            try:
                yield reverse(f"admin:{name}")
            except NoReverseMatch:
                assert model not in rows, name
    for name in ("index", "jsi18n", "password_change", "password_change_done", "login"):
        yield reverse(f"admin:{name}")
    for app in {model._meta.app_label for model in admin.site._registry}:
        yield reverse("admin:app_list", args=[app])
    yield from autocompletions()


def autocompletions() -> Iterator[str]:
    """What autocompletion may be asked: every foreign key of every model, and every model."""
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if field.is_relation and field.concrete:
                app, called = model._meta.app_label, model._meta.model_name
                query = f"app_label={app}&model_name={called}&field_name={field.name}"
                yield f"{reverse('admin:autocomplete')}?{query}&term="


def crawl(client: Client, start: str, *, together: int = 2) -> dict[str, Any]:
    """The answers of all pages that links lead to from ``start`` on, by address. Of a list's many
    views, one for each set of things it may be asked, so many ``together`` at most."""
    found: dict[str, Any] = {}
    asked: set[tuple[str, tuple[str, ...]]] = set()
    waiting = [start]
    while waiting:
        address = waiting.pop()
        parts = urlsplit(address)
        names = tuple(sorted(dict(parse_qsl(parts.query, keep_blank_values=True))))
        if (parts.path, names) in asked or len(names) > together or "_changelist_filters" in names:
            continue
        asked.add((parts.path, names))
        found[address] = answer = client.get(address)
        if answer.status_code in (301, 302):
            waiting.append(urljoin(address, answer["Location"]))
        elif answer.headers.get("Content-Type", "").startswith("text/html"):
            links = (urljoin(address, link) for link in _HREF.findall(text_of(answer)))
            waiting += [
                link
                for link in links
                if link.startswith("/admin/") and not link.startswith(_LEFT_OUT)
            ]
    return found


def text_of(answer: Any) -> str:
    """The body of an answer as text, of a download too."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content
    return html.unescape(body.decode("utf-8", "replace"))


def leaks(text: str, house: House) -> list[str]:
    """What of a tenant stands in a text: a mark, or the id of a row."""
    marks = [house.mark, house.mark.lower().replace(" ", "-")]
    said = [*marks, str(house.tenant.pk), str(house.organizer.pk), *house.ids]
    return [each for each in said if each.lower() in text.lower()]


def action_names(model: type[models.Model]) -> list[str]:
    """Every action of a model's list."""
    return ["delete_selected", *(str(each) for each in admin.site._registry[model].actions or [])]


def without_query(answer: Any, query: dict[str, str]) -> str:
    """The body of an answer, without the values that were asked with."""
    text = text_of(answer)
    for value in query.values():
        text = text.replace(value, "").replace(value.replace(" ", "+"), "")
    return text
