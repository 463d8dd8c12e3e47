"""Longest texts of the accounts app, in characters, and highest numbers."""

TENANT_NAME = 120
TENANT_SLUG = 80
DISPLAY_NAME = 120
KEY_NAME = 120
DOTTED_PATH = 200
BLOCKED_TERMS = 500
BLOCKED_TERM = 100
LINKS = 1000
PERSON_NAME = 150
EMAIL = 254
ALT_TEXT = 255
FILE_NAME = 120
# Days until a device that nobody uses is forgotten: no browser keeps a cookie for longer.
DEVICE_DAYS = 400
