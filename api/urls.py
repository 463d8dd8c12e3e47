"""The four APIs, their OpenAPI documents, and the pages that show these."""

from django.urls import include, path
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
# What each API's own OpenAPI document is called in its address.
_DOCUMENTS = {"communities": "community"}


def api_alone(name: str) -> list[object]:
    """One API at its full addresses, for its own OpenAPI document."""
    return [path(MOUNTS[name], include(f"api.{name}.urls"))]


urlpatterns = [
    *(path(mount, include(f"api.{name}.urls")) for name, mount in MOUNTS.items()),
    path("api/schema/", Document.as_view(), name="schema"),
    *(
        path(
            f"api/schema/{_DOCUMENTS.get(name, name)}/",
            Document.as_view(patterns=api_alone(name)),
            name=f"schema-{_DOCUMENTS.get(name, name)}",
        )
        for name in MOUNTS
    ),
    path(
        "api/docs/",
        loosen_styles(
            SpectacularSwaggerSplitView.as_view(url_name="schema", http_method_names=PAGE_METHODS)
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
