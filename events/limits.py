"""Limits of the events app. Texts in characters, sizes in bytes, times in the unit of the name."""

TITLE = 255
SLUG = 80
DESCRIPTION = 20_000
LOCATION = 500
URL = 500
TIMEZONE = 64
SEARCH_WORDS = 32
TAGS = 5
TAG = 24
METADATA_BYTES = 16 * 1024
# What a 32-bit column holds; seats are added to seats, so stay well below it.
CAPACITY = 1_000_000
GUESTS_PER_RSVP = 100
DEFAULT_GUESTS_PER_RSVP = 5
LINK_LABEL = 80
LINKS = 200
TIERS = 50
TIER_NAME = 120
LAST_POSITION = 10_000
# What a 32-bit column holds, in the currency's smallest unit.
PRICE_CENTS = 1_000_000_000
QUESTIONS = 50
QUESTION_LABEL = 255
QUESTION_HELP = 500
OPTIONS = 50
OPTION = 120
# What an organizer adds to a mail about a change.
NOTIFY_MESSAGE = 5_000
OFFSET_MINUTES = 14 * 60
FIRST_YEAR = 1970
LAST_YEAR = 2200
HOST_NAME = 120
EMAIL = 254
# Reminders of one event, and the earliest, in hours before the start.
REMINDERS = 5
REMINDER_HOURS = 30 * 24
DEFAULT_REMINDERS = (24, 1)
# An open-ended event counts as over this long after its start.
OPEN_ENDED_HOURS = 3
# How long after that its hosts can be written to, and lost links to it are mailed.
REACHABLE_DAYS = 30
RECORDINGS = 20
# What a calendar to subscribe to holds: this many events, and past ones for so long.
CALENDAR_EVENTS = 1_000
CALENDAR_PAST_DAYS = 90
# A recurrence rule: its text, its COUNT and INTERVAL, and the dates taken out of it.
RRULE = 200
STORED_RRULE = 255
RRULE_COUNT = 1_000
RRULE_INTERVAL = 366
EXDATES = 1_000
# How much of a series there is at a time: this many occurrences to come, within so many days.
OCCURRENCES = 26
OCCURRENCE_DAYS = 400
