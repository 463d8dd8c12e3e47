"""How moments are written in Spanish."""

DATETIME_FORMAT = "D j N Y, H:i T"
