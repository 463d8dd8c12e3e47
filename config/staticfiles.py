"""Static files under names that carry their content's hash, so browsers may keep them."""

from typing import Any

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage; a page still renders when a file was never collected."""

    manifest_strict = False
    # Modules import each other under their hashed names.
    support_js_module_import_aggregation = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._urls: dict[str, str] = {}

    def url(self, name: str, force: bool = False) -> str:
        """The file's address, which does not change while a process runs."""
        if name not in self._urls:
            self._urls[name] = super().url(name, force)
        return self._urls[name]

    def stored_name(self, name: str) -> str:
        """The hashed name, or the plain one of a file that was never collected."""
        try:
            hashed: str = super().stored_name(name)
        except ValueError:
            return name
        return hashed
