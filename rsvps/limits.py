"""Limits of the rsvps app: longest texts in characters, how many at once, what a browser keeps."""

NAME = 120
EMAIL = 254
PRONOUNS = 64
NOTE = 2_000
REASON = 2_000
SHORT_ANSWER = 500
LONG_ANSWER = 5_000
PHONE = 40
URL = 2_000
# Answers that are settled in one step.
AT_ONCE = 1_000
# Invitations of one event.
INVITATIONS = 5_000
INVITATION_MESSAGE = 2_000
# Events that one browser keeps, and for how long after their end.
KEPT_EVENTS = 200
KEPT_DAYS = 365
