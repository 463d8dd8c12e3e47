"""The Capability API, beneath /api/v1/."""

from django.urls import path

from channels.api.capability import ChannelViewSet
from comments.api.capability import MessageViewSet
from comments.api.event_comments import EventCommentViewSet
from events.api.capability import EventViewSet
from events.api.duplicates import DuplicateViewSet
from events.api.links import LinkViewSet
from events.api.series import SeriesViewSet
from events.api.tiers import TierViewSet
from notify.api.capability import EventWebhookViewSet
from notify.api.invitations import InvitationViewSet
from notify.api.lost_links import LostLinksViewSet
from rsvps.api.bulk import BulkViewSet
from rsvps.api.capability import RsvpViewSet, SelfRsvpViewSet
from rsvps.api.check_ins import CheckInViewSet
from rsvps.api.merging import MergeViewSet

urlpatterns = [
    # What is asked most often stands first.
    path("events/<uuid:event_id>/rsvps", RsvpViewSet.as_view({"get": "list", "post": "create"})),
    path("events", EventViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "events/<uuid:event_id>",
        EventViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path(
        "events/<uuid:event_id>/event.ics",
        EventViewSet.as_view({"get": "ics"}),
    ),
    path("events/<uuid:event_id>/duplicate", DuplicateViewSet.as_view({"post": "create"})),
    path("events/<uuid:event_id>/tiers", TierViewSet.as_view({"get": "list", "post": "create"})),
    path(
        "events/<uuid:event_id>/tiers/<uuid:tier_id>",
        TierViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    path("events/<uuid:event_id>/links", LinkViewSet.as_view({"get": "list", "post": "create"})),
    path("events/<uuid:event_id>/links/<uuid:link_id>", LinkViewSet.as_view({"delete": "destroy"})),
    path(
        "events/<uuid:event_id>/invitations",
        InvitationViewSet.as_view({"get": "list", "post": "create"}),
    ),
    path(
        "events/<uuid:event_id>/webhooks",
        EventWebhookViewSet.as_view({"get": "retrieve", "post": "create", "delete": "destroy"}),
    ),
    path(
        "events/<uuid:event_id>/check-ins",
        CheckInViewSet.as_view({"get": "list", "post": "create", "delete": "destroy"}),
    ),
    path(
        "events/<uuid:event_id>/check-ins/<uuid:rsvp_id>",
        CheckInViewSet.as_view({"delete": "destroy_of"}),
    ),
    path(
        "events/<uuid:event_id>/messages",
        MessageViewSet.as_view({"get": "list_of_event", "post": "announce"}),
    ),
    path("events/<uuid:event_id>/rsvps/bulk", BulkViewSet.as_view({"post": "create"})),
    path(
        "events/<uuid:event_id>/comments",
        EventCommentViewSet.as_view({"get": "list", "post": "create"}),
    ),
    path(
        "events/<uuid:event_id>/comments/<uuid:comment_id>",
        EventCommentViewSet.as_view({"delete": "destroy"}),
    ),
    path(
        "events/<uuid:event_id>/rsvps/self",
        SelfRsvpViewSet.as_view(
            {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
        ),
    ),
    path(
        "events/<uuid:event_id>/rsvps/self/ticket.png", SelfRsvpViewSet.as_view({"get": "ticket"})
    ),
    path(
        "events/<uuid:event_id>/rsvps/self/messages",
        MessageViewSet.as_view({"get": "list_of_own", "post": "write_to_host"}),
    ),
    path(
        "events/<uuid:event_id>/rsvps/<uuid:rsvp_id>/approve",
        RsvpViewSet.as_view({"post": "approve"}),
    ),
    path(
        "events/<uuid:event_id>/rsvps/<uuid:rsvp_id>/reject",
        RsvpViewSet.as_view({"post": "reject"}),
    ),
    path(
        "events/<uuid:event_id>/rsvps/<uuid:rsvp_id>/pending",
        RsvpViewSet.as_view({"post": "pending"}),
    ),
    path(
        "events/<uuid:event_id>/rsvps/<uuid:rsvp_id>/merge",
        MergeViewSet.as_view({"post": "merge"}),
    ),
    path(
        "events/<uuid:event_id>/rsvps/<uuid:rsvp_id>/messages",
        MessageViewSet.as_view({"get": "list_of_rsvp", "post": "write_to_guest"}),
    ),
    path(
        "events/<uuid:event_id>/rsvps/<str:reference>",
        RsvpViewSet.as_view({"delete": "destroy"}),
    ),
    path("series/<uuid:series_id>", SeriesViewSet.as_view({"get": "retrieve"})),
    path("lost-links", LostLinksViewSet.as_view({"post": "create"})),
    path("channels", ChannelViewSet.as_view({"get": "list"})),
    path("channels/<slug:slug>", ChannelViewSet.as_view({"get": "retrieve"})),
]
