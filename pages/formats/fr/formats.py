"""How moments are written in French."""

DATETIME_FORMAT = "D j N Y, H:i T"
