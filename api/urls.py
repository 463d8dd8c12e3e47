"""The four APIs, their OpenAPI documents, and the pages that show these."""

from importlib import import_module

from django.urls import URLPattern, include, path
from drf_spectacular.views import (
    SpectacularRedocView,
    SpectacularSwaggerSplitView,
)

from api.docs import PAGE_METHODS, Document, loosen_styles

# Where each API is mounted, by the name of its room.
MOUNTS = {
    "capability": "api/v1/",
    "tenant": "api/v1/",
    "communities": "api/v1/",
    "social": "social/api/",
}
# Where the OpenAPI documents are, and what an API's own is called there.
DOCUMENTS = "api/schema/"
_DOCUMENT_NAMES = {"communities": "community"}


def api_urls(name: str) -> list[URLPattern]:
    """The addresses of one API, behind its mount."""
    urls: list[URLPattern] = import_module(f"api.{name}.urls").urlpatterns
    return urls


def api_alone(name: str) -> list[object]:
    """One API at its full addresses, for its own OpenAPI document."""
    return [path(MOUNTS[name], include(f"api.{name}.urls"))]


urlpatterns = [
    *(path(mount, include(f"api.{name}.urls")) for name, mount in MOUNTS.items()),
    path(DOCUMENTS, Document.as_view(), name="schema"),
    *(
        path(
            f"{DOCUMENTS}{_DOCUMENT_NAMES.get(name, name)}/",
            Document.as_view(patterns=api_alone(name)),
            name=f"schema-{_DOCUMENT_NAMES.get(name, name)}",
        )
        for name in MOUNTS
    ),
    path(
        "api/docs/",
        loosen_styles(
            SpectacularSwaggerSplitView.as_view(
                url_name="schema", template_name="api/swagger.html", http_method_names=PAGE_METHODS
            )
        ),
        name="swagger-ui",
    ),
    path(
        "api/redoc/",
        loosen_styles(
            SpectacularRedocView.as_view(
                url_name="schema", template_name="api/redoc.html", http_method_names=PAGE_METHODS
            )
        ),
        name="redoc",
    ),
]
