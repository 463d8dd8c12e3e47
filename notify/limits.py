"""Longest texts and largest numbers of webhooks and mail."""

URL = 2_000
HOST = 255
DESCRIPTION = 500
# Endpoints of one organisation.
ENDPOINTS = 50
EVENT_TYPE = 40
PROBLEM = 40

# The hexadecimal hash of an address.
RECIPIENT = 32
ADDRESS = 254
MAIL_KIND = 20
ONCE = 120
# What a mail server said.
SAID = 200
# How many mails are claimed at once, and go over one connection.
BATCH = 50
# Rows written in one statement.
ROWS = 500
