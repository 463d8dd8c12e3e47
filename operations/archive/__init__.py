"""Events and organisations as files: written on one instance, loaded on another.

An archive is a ZIP file. That of an event holds ``manifest.json``, ``event.json`` with the rows by
kind, and the cover under ``images/``. That of an organisation holds JSON Lines of its accounts,
channels, images, keys and comments, of which ``events.jsonl`` has all that is in an ``event.json``
in each line, and the pictures. Rows keep their ids and versions, never a token: with the same
capability key every link opens again.
"""

from operations.archive.reading import Imported, import_event
from operations.archive.tenant_reading import TenantImported, import_tenant
from operations.archive.tenant_writing import TenantExported, export_tenant
from operations.archive.writing import Exported, export_event

__all__ = [
    "Exported",
    "Imported",
    "TenantExported",
    "TenantImported",
    "export_event",
    "export_tenant",
    "import_event",
    "import_tenant",
]
