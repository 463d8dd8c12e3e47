"""Longest texts and largest numbers of webhooks."""

URL = 2_000
HOST = 255
DESCRIPTION = 500
# Endpoints of one organisation.
ENDPOINTS = 50
EVENT_TYPE = 40
PROBLEM = 40
