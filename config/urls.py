"""Every address: the APIs, the admin, the pages, and what machines ask."""

from django.contrib import admin
from django.urls import include, path, re_path
from django.utils.translation import gettext_lazy as _

from config.media import media

handler400 = "pages.errors.bad_request"
handler403 = "pages.errors.permission_denied"
handler404 = "pages.errors.not_found"
handler500 = "pages.errors.server_error"

admin.site.site_title = admin.site.site_header = "Convene"
admin.site.index_title = _("Organizing")

urlpatterns = [
    path("", include("api.urls")),
    path("", include("operations.urls")),
    path("admin/", admin.site.urls),
    re_path(
        r"^media/(?P<folder>images|avatars|banners)/(?P<name>[A-Za-z0-9_-]{1,100}\.[a-z]{1,4})\Z",
        media,
    ),
    path("", include("pages.urls")),
]
