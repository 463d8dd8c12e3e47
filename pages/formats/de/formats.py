"""How moments are written in German."""

DATETIME_FORMAT = "D, j. M Y, H:i T"
