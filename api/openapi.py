"""What drf-spectacular is told: the documents' title, and the names of closed sets of words."""

from __future__ import annotations

from typing import Any

SPECTACULAR_SETTINGS: dict[str, Any] = {
    "TITLE": "Convene",
    "DESCRIPTION": "Community events: create them, RSVP, approve guests, make announcements.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "PREPROCESSING_HOOKS": ["api.schema.only_apis"],
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "api.finishing.finish",
    ],
    "ENUM_NAME_OVERRIDES": {
        "AnswerWord": "api.capability.base.ANSWER_WORDS",
        "AttendanceAnswer": "rsvps.enums.Attendance.choices",
        "ApprovalState": "rsvps.enums.Approval.choices",
        "EventStatus": "events.enums.Status.choices",
        "EventFormat": "events.enums.Format.choices",
        "ChannelVisibility": "channels.enums.Visibility.choices",
        "MessageVisibility": "comments.enums.MessageVisibility.choices",
        "MessageType": "comments.enums.MessageType.choices",
        "SocialEventType": "api.social.base.TYPE_WORDS",
        "SocialOrigin": "api.social.base.ORIGIN_WORDS",
        "SocialDefault": "api.social.base.DEFAULT_WORDS",
        "SocialText": "api.social.base.TEXT_WORDS",
        "SocialError": "api.social.errors.ERROR_WORDS",
        "SocialRoomState": "events.api.social_rooms.ROOM_STATES",
        "WebhookType": "notify.enums.EVENT_TYPES",
        "DeliveryState": "notify.enums.DeliveryState.choices",
        "WebhookDisabled": "notify.enums.Disabled.choices",
        "StreamStatus": "events.enums.StreamStatus.choices",
    },
}
