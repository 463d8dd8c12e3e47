"""The OpenAPI documents, and the pages that show them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from csp.decorators import csp_update
from django.http import HttpResponse
from django.utils.translation import get_language
from drf_spectacular.settings import spectacular_settings
from drf_spectacular.views import SpectacularAPIView
from rest_framework.request import Request

# Not OPTIONS: drf-spectacular's pages have no template to describe themselves with.
PAGE_METHODS = ["get", "head"]


def loosen_styles(view: Callable[..., Any]) -> Callable[..., Any]:
    """Swagger UI and Redoc style themselves inline and Redoc works in a blob; these pages alone
    may."""
    loosened: Callable[..., Any] = csp_update(
        {"style-src": ["'self'", "'unsafe-inline'"], "worker-src": ["'self'", "blob:"]}
    )(view)
    return loosened


class Document(SpectacularAPIView):
    """An OpenAPI document. It changes with the code alone and takes a third of a second to make, so
    each process makes it once, in each format and language."""

    _made: ClassVar[dict[tuple[str, type, str | None], bytes]] = {}

    def get(self, request: Request, *args: Any, **kwargs: Any) -> HttpResponse:
        """The document as YAML, or as JSON where that is asked for."""
        renderer: Any = request.accepted_renderer
        place = (request.path, type(renderer), get_language())
        if place not in self._made:
            generator: Any = self.generator_class(urlconf=self.urlconf, patterns=self.patterns)
            document = generator.get_schema(public=True)
            context = self.get_renderer_context()
            self._made[place] = renderer.render(document, renderer.media_type, context)
        named = f'inline; filename="{spectacular_settings.TITLE}.{renderer.format}"'
        headers = {"Content-Disposition": named}
        return HttpResponse(self._made[place], content_type=renderer.media_type, headers=headers)
