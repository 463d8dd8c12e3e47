"""Longest texts of the accounts app, in characters."""

TENANT_NAME = 120
DISPLAY_NAME = 120
KEY_NAME = 120
EMAIL = 254
