"""An iCalendar file, or a calendar at an address, becomes events of a channel."""

from operations.ics.storing import CalendarImported, import_ics

__all__ = ["CalendarImported", "import_ics"]
