"""Image uploads in the Social API."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from access.files import seen_file
from accounts import limits
from accounts.domain.images import keep_image
from accounts.facts import images
from api.bodies import Body
from api.fields import Text
from api.social.base import SocialViewSet
from api.social.bodies import SocialFileBody
from api.social.errors import errors_of
from config.images import CleanImage, clean_image


@extend_schema_field(OpenApiTypes.BINARY)
class Upload(serializers.FileField):
    """A file of a multipart form."""


class FileInput(serializers.Serializer[Any]):
    """An image: JPEG, PNG, WebP or GIF."""

    file = Upload()
    altText = Text(required=False, max_length=limits.ALT_TEXT, source="alt_text")


class FilesBody(Body):
    """One image."""

    files: list[SocialFileBody]


class SocialFileViewSet(SocialViewSet):
    """Upload images and read about them."""

    located: ClassVar = frozenset({"create"})
    _drawn: tuple[CleanImage, str] | None = None

    def get_parsers(self) -> list[Any]:
        """Uploads come as forms."""
        return [MultiPartParser()]

    @extend_schema(
        operation_id="uploadSocialFile",
        request={"multipart/form-data": FileInput},
        responses={201: FilesBody, **errors_of(400, 401, 403, 413, 415)},
    )
    def create(self, request: Request) -> Response:
        """Stores an image, re-encoded: upright, without EXIF, at most 2048 pixels wide or high."""
        user_id = self.require_user()
        drawn, alt_text = self._drawn or self._draw()
        image = keep_image(drawn, tenant_id=self.tenant_id, uploader_id=user_id, alt_text=alt_text)
        return self.created(self._body(image.id), image.id)

    @extend_schema(
        operation_id="getSocialFile", responses={200: FilesBody, **errors_of(400, 401, 404)}
    )
    def retrieve(self, request: Request, file_id: UUID) -> Response:
        """An image of the tenant."""
        return Response(self._body(seen_file(self.actor, file_id).id))

    def prepare(self) -> None:
        """Draws the image."""
        self._drawn = self._draw()

    def _draw(self) -> tuple[CleanImage, str]:
        """The image of the body, re-encoded, with its text."""
        values = self.read(FileInput)
        upload = values["file"]
        drawn = clean_image(upload.file, field="file", name=upload.name)
        return drawn, values.get("alt_text", "")

    def _body(self, file_id: UUID) -> FilesBody:
        return FilesBody(
            files=[SocialFileBody.of(each, self.base_url) for each in images([file_id])]
        )
