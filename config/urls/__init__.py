"""Every door of the building on one screen."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path, re_path
from drf_spectacular.views import (
    SpectacularAPIView,
    SpectacularRedocView,
    SpectacularSwaggerSplitView,
)

from config.docs import loosen_styles
from config.health import healthz, readyz
from config.media import media

handler400 = "config.handlers.bad_request"
handler403 = "config.handlers.permission_denied"
handler404 = "config.handlers.not_found"
handler500 = "config.handlers.server_error"

admin.site.site_title = admin.site.site_header = "Convene"
admin.site.index_title = "Organizing"

urlpatterns = [
    path("api/v1/", include("config.urls.capability")),
    path("api/v1/", include("config.urls.tenant")),
    path("api/v1/", include("config.urls.community")),
    path("social/api/v1/", include("config.urls.social")),
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    *([path("metrics", include("config.urls.metrics"))] if settings.METRICS else []),
    path("api/schema/", SpectacularAPIView.as_view(), name="schema"),
    path(
        "api/schema/capability/",
        SpectacularAPIView.as_view(urlconf="config.urls.capability_schema"),
        name="schema-capability",
    ),
    path(
        "api/schema/tenant/",
        SpectacularAPIView.as_view(urlconf="config.urls.tenant_schema"),
        name="schema-tenant",
    ),
    path(
        "api/schema/community/",
        SpectacularAPIView.as_view(urlconf="config.urls.community_schema"),
        name="schema-community",
    ),
    path(
        "api/schema/social/",
        SpectacularAPIView.as_view(urlconf="config.urls.social_schema"),
        name="schema-social",
    ),
    path(
        "api/docs/",
        loosen_styles(SpectacularSwaggerSplitView.as_view(url_name="schema")),
        name="swagger-ui",
    ),
    path(
        "api/redoc/",
        loosen_styles(
            SpectacularRedocView.as_view(url_name="schema", template_name="api/redoc.html")
        ),
        name="redoc",
    ),
    path("admin/", admin.site.urls),
    re_path(
        r"^media/(?P<folder>images|avatars|banners)/(?P<name>[A-Za-z0-9_-]{1,100}\.[a-z]{1,4})\Z",
        media,
    ),
    path("", include("config.urls.pages")),
]
