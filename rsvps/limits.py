"""Longest texts of the rsvps app, in characters, and what a browser keeps."""

NAME = 120
EMAIL = 254
PRONOUNS = 64
NOTE = 2_000
REASON = 2_000
SHORT_ANSWER = 500
LONG_ANSWER = 5_000
PHONE = 40
URL = 2_000
# Events that one browser keeps, and for how long after their end.
KEPT_EVENTS = 200
KEPT_DAYS = 365
