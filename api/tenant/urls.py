"""The Tenant API, beneath /api/v1/; every path with and without its trailing slash."""

from typing import Any

from django.urls import URLPattern, path

from accounts.api.tenant import OwnFeedViewSet
from comments.api.tenant import CommentViewSet
from events.api.duplicates import TenantDuplicateViewSet
from events.api.tenant import TenantEventViewSet
from events.api.tiers import TenantTierViewSet
from notify.api.invitations import TenantInvitationViewSet
from notify.api.tenant import ChangeViewSet, WebhookViewSet
from rsvps.api.bulk import TenantBulkViewSet
from rsvps.api.merging import TenantMergeViewSet
from rsvps.api.tenant import TenantRsvpViewSet


def _both(route: str, view: Any) -> list[URLPattern]:
    return [path(route, view), path(f"{route}/", view)]


urlpatterns = [
    *_both("community-events", TenantEventViewSet.as_view({"get": "list", "post": "create"})),
    *_both("community-events/my-events", TenantEventViewSet.as_view({"get": "mine"})),
    *_both("community-events/my-feed", OwnFeedViewSet.as_view({"get": "retrieve"})),
    *_both("community-events/my-feed/rotate", OwnFeedViewSet.as_view({"post": "rotate"})),
    *_both("community-events/browse", TenantEventViewSet.as_view({"get": "browse"})),
    *_both(
        "community-events/rsvps/<uuid:rsvp_id>",
        TenantRsvpViewSet.as_view({"patch": "partial_update"}),
    ),
    *_both(
        "community-events/<uuid:event_id>",
        TenantEventViewSet.as_view(
            {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
        ),
    ),
    *_both("community-events/<uuid:event_id>/rsvp", TenantRsvpViewSet.as_view({"post": "respond"})),
    *_both(
        "community-events/<uuid:event_id>/rsvps/bulk",
        TenantBulkViewSet.as_view({"post": "create"}),
    ),
    *_both("community-events/<uuid:event_id>/rsvps", TenantRsvpViewSet.as_view({"get": "list"})),
    *_both(
        "community-events/<uuid:event_id>/rsvps/<uuid:rsvp_id>/merge",
        TenantMergeViewSet.as_view({"post": "merge"}),
    ),
    *_both(
        "community-events/<uuid:event_id>/attendees",
        TenantRsvpViewSet.as_view({"get": "attendees"}),
    ),
    *_both(
        "community-events/<uuid:event_id>/duplicate",
        TenantDuplicateViewSet.as_view({"post": "create"}),
    ),
    *_both(
        "community-events/<uuid:event_id>/invitations",
        TenantInvitationViewSet.as_view({"get": "list", "post": "create"}),
    ),
    *_both(
        "community-events/<uuid:event_id>/tiers",
        TenantTierViewSet.as_view({"get": "list", "post": "create"}),
    ),
    *_both(
        "community-events/<uuid:event_id>/tiers/<uuid:tier_id>",
        TenantTierViewSet.as_view(
            {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}
        ),
    ),
    *_both(
        "community-events/<uuid:event_id>/export/ical",
        TenantEventViewSet.as_view({"get": "ical"}),
    ),
    *_both("webhooks", WebhookViewSet.as_view({"get": "list", "post": "create"})),
    *_both(
        "webhooks/<uuid:webhook_id>",
        WebhookViewSet.as_view({"get": "retrieve", "patch": "partial_update", "delete": "destroy"}),
    ),
    *_both("webhooks/<uuid:webhook_id>/rotate", WebhookViewSet.as_view({"post": "rotate"})),
    *_both("webhooks/<uuid:webhook_id>/test", WebhookViewSet.as_view({"post": "test"})),
    *_both("webhooks/<uuid:webhook_id>/deliveries", WebhookViewSet.as_view({"get": "deliveries"})),
    *_both(
        "webhooks/<uuid:webhook_id>/deliveries/<uuid:delivery_id>/replay",
        WebhookViewSet.as_view({"post": "replay"}),
    ),
    *_both("changes", ChangeViewSet.as_view({"get": "list"})),
    *_both("community/comments", CommentViewSet.as_view({"post": "create"})),
    *_both("community/comments/<uuid:comment_id>", CommentViewSet.as_view({"delete": "destroy"})),
    *_both(
        "community/comments/<slug:content_type>/<str:content_id>",
        CommentViewSet.as_view({"get": "list"}),
    ),
]
