"""Static files under names that carry their content's hash, so browsers may keep them."""

from whitenoise.storage import CompressedManifestStaticFilesStorage


class HashedStaticFiles(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """WhiteNoise's storage; a page still renders when a file was never collected."""

    manifest_strict = False
    # Modules import each other under their hashed names.
    support_js_module_import_aggregation = True

    def stored_name(self, name: str) -> str:
        """The hashed name, or the plain one of a file that was never collected."""
        try:
            hashed: str = super().stored_name(name)
        except ValueError:
            return name
        return hashed
