"""One event as a file: written on one instance, loaded on another.

The archive is a ZIP file: ``manifest.json``, ``event.json`` with the rows by kind, and the cover
under ``images/``. Rows keep their ids and versions, never a token: with the same capability key
every link opens again.
"""

from operations.archive.reading import Imported, import_event
from operations.archive.writing import Exported, export_event

__all__ = ["Exported", "Imported", "export_event", "import_event"]
