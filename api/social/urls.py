"""The Social API, beneath /social/api/. Its SDK asks for files under other versions than v1."""

from django.urls import path

from accounts.api.social import SocialFileViewSet
from accounts.api.social_sdk import SdkFileViewSet, SdkUploadViewSet
from events.api.social import SocialEventViewSet
from events.api.social_rooms import SocialRoomViewSet
from events.api.social_unsupported import CompanyViewSet, PresenceViewSet
from rsvps.api.social import SocialRsvpViewSet

urlpatterns = [
    path("v1/events", SocialEventViewSet.as_view({"get": "list", "post": "create"})),
    path("v1/events/me/rsvps", SocialRsvpViewSet.as_view({"get": "all_mine"})),
    path(
        "v1/events/<uuid:event_id>",
        SocialEventViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
    path(
        "v1/events/<uuid:event_id>/rsvp",
        SocialRsvpViewSet.as_view({"get": "list", "post": "respond", "put": "update"}),
    ),
    path("v1/events/<uuid:event_id>/me/rsvp", SocialRsvpViewSet.as_view({"get": "mine"})),
    path(
        "v1/events/<uuid:event_id>/room",
        SocialEventViewSet.as_view({"get": "room", "put": "set_room", "delete": "remove_room"}),
    ),
    path("v1/rooms", SocialRoomViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "v1/rooms/<uuid:room_id>",
        SocialRoomViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
    path("v1/rooms/<uuid:room_id>/stop", SocialRoomViewSet.as_view({"post": "stop"})),
    path("v1/rooms/<uuid:room_id>/recorded", SocialRoomViewSet.as_view({"get": "recorded"})),
    path("v1/rooms/<uuid:room_id>/token", SocialRoomViewSet.as_view({"get": "broadcaster"})),
    path("v1/rooms/<uuid:room_id>/leave", SocialRoomViewSet.as_view({"post": "leave"})),
    path(
        "v1/rooms/<uuid:room_id>/participants/<uuid:id>",
        SocialRoomViewSet.as_view({"put": "change_participant", "delete": "remove_participant"}),
    ),
    path("v1/presence/settings", PresenceViewSet.as_view({"get": "intervals"})),
    path("v1/presence/rooms/<uuid:room_id>/users", PresenceViewSet.as_view({"get": "users"})),
    path("v1/presence/rooms/<uuid:room_id>/users/count", PresenceViewSet.as_view({"get": "count"})),
    path("v1/presence/rooms/<uuid:room_id>/heartbeat", PresenceViewSet.as_view({"post": "beat"})),
    path("v1/invitations", CompanyViewSet.as_view({"post": "invite"})),
    path("v1/invitations/me", CompanyViewSet.as_view({"get": "invited"})),
    path("v1/files", SocialFileViewSet.as_view({"post": "create"})),
    path("v1/files/<uuid:file_id>", SocialFileViewSet.as_view({"get": "retrieve"})),
    path(
        "v3/files/<uuid:file_id>",
        SdkFileViewSet.as_view({"get": "retrieve", "put": "update", "delete": "destroy"}),
    ),
    path("v3/user-event/room", PresenceViewSet.as_view({"post": "watched"})),
    path("v3/channels", CompanyViewSet.as_view({"post": "chat"})),
    path("v4/images", SdkUploadViewSet.as_view({"post": "image"})),
    path("v4/files", SdkUploadViewSet.as_view({"post": "file"})),
    path("v4/videos", SdkUploadViewSet.as_view({"post": "video"})),
    path("v4/clips", SdkUploadViewSet.as_view({"post": "clip"})),
    path("v4/audios", SdkUploadViewSet.as_view({"post": "audio"})),
]
