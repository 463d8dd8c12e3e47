"""Longest texts of the channels app, in characters, and the strength of a private slug."""

NAME = 120
SLUG = 160
DESCRIPTION = 5_000
# A private channel's slug is its key: this many random bytes end it.
PRIVATE_SLUG_BYTES = 12
