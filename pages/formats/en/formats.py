"""How moments are written in English."""

DATETIME_FORMAT = "D j M Y, H:i T"
