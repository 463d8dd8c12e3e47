"""Longest texts of the rsvps app, in characters."""

NAME = 120
EMAIL = 254
PRONOUNS = 64
NOTE = 2_000
REASON = 2_000
