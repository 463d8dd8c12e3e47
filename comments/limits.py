"""Longest texts of the comments app, in characters."""

MESSAGE = 5_000
COMMENT = 5_000
CONTENT_TYPE = 64
CONTENT_ID = 64
REPORT = 2_000
TAKEDOWN_REASON = 2_000
EMAIL = 254
