"""Images in an S3 bucket, for several hosts. The bucket stays private: /media/ hands them out."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from django.conf import settings
from storages.backends.s3 import S3Storage


class Bucket(S3Storage):  # type: ignore[misc] # it comes without types
    """django-storages' S3, with our own addresses; needs the extra ``storage``."""

    def url(self, name: str, *args: Any, **options: Any) -> str:
        """Where this instance serves the file: the same as when it lies on disk."""
        return settings.MEDIA_URL + quote(name)
