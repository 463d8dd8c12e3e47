"""The metrics, mounted only where they are switched on."""

from django.urls import path

from operations.metrics import metrics

urlpatterns = [path("", metrics, name="metrics")]
