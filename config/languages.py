"""The languages this instance speaks, and the one it falls back to."""

from __future__ import annotations

import environ

env = environ.Env()

LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]
# For whoever names none of these, and for mail to people whose language nobody knows.
LANGUAGE_CODE = env.str("DEFAULT_LANGUAGE", default="en")
# A developer's language that is written from right to left: English, but for what Django says
# itself in Arabic.
RIGHT_TO_LEFT = ("ar-xb", "Right to left")
if env.bool("RIGHT_TO_LEFT", default=env.bool("DEBUG", default=False)):
    LANGUAGES.append(RIGHT_TO_LEFT)
LANGUAGE_COOKIE_NAME = "convene_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600
