"""An OpenRSVP database becomes events here, whose old links go on opening."""

from operations.openrsvp.storing import Moved, import_openrsvp

__all__ = ["Moved", "import_openrsvp"]
