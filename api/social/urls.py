"""The Social API, beneath /social/api/v1/."""

from django.urls import path

from accounts.api.social import SocialFileViewSet
from events.api.social import SocialEventViewSet
from rsvps.api.social import SocialRsvpViewSet

urlpatterns = [
    path("events", SocialEventViewSet.as_view({"get": "list", "post": "create"})),
    path("events/me/rsvps", SocialRsvpViewSet.as_view({"get": "all_mine"})),
    path(
        "events/<uuid:event_id>",
        SocialEventViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
    path(
        "events/<uuid:event_id>/rsvp",
        SocialRsvpViewSet.as_view({"get": "list", "post": "respond", "put": "update"}),
    ),
    path("events/<uuid:event_id>/me/rsvp", SocialRsvpViewSet.as_view({"get": "mine"})),
    path(
        "events/<uuid:event_id>/room",
        SocialEventViewSet.as_view({"get": "room", "put": "set_room", "delete": "remove_room"}),
    ),
    path("files", SocialFileViewSet.as_view({"post": "create"})),
    path("files/<uuid:file_id>", SocialFileViewSet.as_view({"get": "retrieve"})),
]
