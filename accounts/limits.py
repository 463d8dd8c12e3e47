"""Longest texts of the accounts app, in characters."""

TENANT_NAME = 120
TENANT_SLUG = 80
DISPLAY_NAME = 120
KEY_NAME = 120
DOTTED_PATH = 200
EMAIL = 254
ALT_TEXT = 255
FILE_NAME = 120
