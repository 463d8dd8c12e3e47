"""The languages this instance speaks, and the one it falls back to."""

from __future__ import annotations

from django.utils.translation import get_language

from config.instance import env

LANGUAGES = [("en", "English"), ("de", "Deutsch"), ("fr", "Français"), ("es", "Español")]
# For whoever names none of these, and for mail to people whose language nobody knows.
LANGUAGE_CODE = env.str("DEFAULT_LANGUAGE", default="en")
# A developer's language that is written from right to left: English, but for what Django says
# itself in Arabic.
RIGHT_TO_LEFT = ("ar-xb", "Right to left")
if env.bool("RIGHT_TO_LEFT", default=env.bool("DEBUG", default=False)):
    LANGUAGES.append(RIGHT_TO_LEFT)
# The longest code of a language that is stored.
CODE_LENGTH = 16
LANGUAGE_COOKIE_NAME = "convene_language"
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600


def active_language() -> str:
    """The language of the moment, to be remembered for mails to come."""
    return get_language() or LANGUAGE_CODE
