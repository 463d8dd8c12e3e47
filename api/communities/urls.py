"""The Communities API, beneath /api/v1/."""

from django.urls import path

from api.communities.base import FeedKeyAuthentication
from events.api.communities import CommunityEventViewSet
from rsvps.api.communities import CommunityRsvpViewSet

_COMMUNITY = "communities/<slug:tag>"
_EVENT = f"{_COMMUNITY}/events/<slug:slug>"

urlpatterns = [
    path(f"{_COMMUNITY}/events", CommunityEventViewSet.as_view({"get": "list"})),
    path(
        f"{_COMMUNITY}/events.ics",
        CommunityEventViewSet.as_view(
            {"get": "calendar"},
            authentication_classes=[FeedKeyAuthentication],
        ),
    ),
    path(_EVENT, CommunityEventViewSet.as_view({"get": "retrieve"})),
    path(f"{_EVENT}/tiers", CommunityEventViewSet.as_view({"get": "tiers"})),
    path(
        f"{_EVENT}/tiers/<uuid:tier_id>/form",
        CommunityEventViewSet.as_view({"get": "event_form"}),
    ),
    path(f"{_EVENT}/rsvp", CommunityRsvpViewSet.as_view({"post": "create"})),
    path(f"{_COMMUNITY}/tiers/<uuid:tier_id>/form", CommunityEventViewSet.as_view({"get": "form"})),
]
