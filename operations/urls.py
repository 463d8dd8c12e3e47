"""What machines ask: health, and metrics where they are switched on."""

from django.conf import settings
from django.urls import include, path

from operations.health import healthz, readyz

urlpatterns = [
    path("healthz", healthz, name="healthz"),
    path("readyz", readyz, name="readyz"),
    # Imported only when they are on: counting begins with the import.
    *([path("metrics", include("operations.metrics_urls"))] if settings.METRICS else []),
]
