"""The Social API alone, at its full addresses, for its own OpenAPI document."""

from django.urls import include, path

urlpatterns = [path("social/api/v1/", include("config.urls.social"))]
