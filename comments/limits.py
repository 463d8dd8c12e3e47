"""Longest texts of the comments app, in characters."""

MESSAGE = 5_000
COMMENT = 5_000
CONTENT_TYPE = 64
CONTENT_ID = 64
