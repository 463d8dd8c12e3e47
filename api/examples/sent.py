"""What the examples of requests hold, where not all fields go together or matter."""

from __future__ import annotations

SENT = {
    "AnnouncementInput": ("content", "notify"),
    "BulkInput": ("action", "filter"),
    "CommunityBulkInput": ("action", "filter"),
    "CheckInInput": ("ticket", "scan_id", "scanned_at"),
    "RsvpFilterInput": ("approval_status",),
    "CommunityRsvpFilterInput": ("approval_status",),
    "EventInput": (
        *("title", "description", "start_time", "end_time", "timezone", "location"),
        *("max_attendees", "channel_name", "channel_visibility", "tags", "host_name"),
    ),
    "PatchedEventChangeInput": ("start_time", "end_time", "notify", "notify_message"),
    "EventWebhookInput": ("url", "description"),
    "MessageInput": ("content",),
    "LinkInput": ("role", "label", "expires_at"),
    "NewRoomInput": ("status", "livePlaybackUrl", "referenceType", "referenceId"),
    "PatchedRsvpInput": ("status", "notes"),
    "RsvpInput": ("name", "email", "pronouns", "status", "guest_count", "notes"),
    "SocialEventInput": (
        *("title", "description", "startTime", "endTime", "timezone", "location"),
        *("capacity", "tags", "type"),
    ),
    "PatchedSocialEventInput": ("title", "capacity"),
    "PatchedTenantEventChangeInput": ("title", "capacity", "notify"),
    "TenantEventInput": (
        *("title", "description", "start_time", "end_time", "timezone", "location"),
        *("event_type", "capacity", "tags"),
    ),
    "PatchedTenantRsvpInput": ("status", "response_message"),
    "TenantRsvpInput": ("status", "guest_count", "response_message"),
    "SocialRsvpInput": ("status",),
    "TicketInput": ("tierId", "email", "name"),
    "PatchedTierInput": ("is_active",),
    "TierInput": ("name", "capacity", "questions"),
    "QuestionInput": ("kind", "label", "help"),
    "PatchedWebhookInput": ("enabled",),
    "WebhookInput": ("url", "description"),
    "SdkUploadInput": ("file", "altText"),
}
