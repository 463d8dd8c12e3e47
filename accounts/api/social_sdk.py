"""Files where the Social API's SDK asks for them: bare, without an envelope, by other addresses."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NoReturn
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from access.files import owned_file, seen_file
from accounts import limits
from accounts.api.social import Upload
from accounts.domain.images import keep_image
from accounts.facts import images
from api.bodies import Body
from api.fields import Text
from api.social.base import SocialViewSet
from api.social.bodies import SocialFileBody
from api.social.errors import errors_of
from config.errors import Unsupported
from config.images import CleanImage, clean_image
from events.domain.images import delete_image, describe_shown


class SdkUploadInput(serializers.Serializer[Any]):
    """One image, as ``file`` or as ``files``."""

    file = Upload(required=False)
    files = Upload(required=False)
    altText = Text(required=False, max_length=limits.ALT_TEXT, source="alt_text")


class AltTextInput(serializers.Serializer[Any]):
    """What the image shows."""

    altText = Text(max_length=limits.ALT_TEXT, source="alt_text")


class GoneBody(Body):
    """Confirms the deletion."""

    success: bool = True


class SdkFileViewSet(SocialViewSet):
    """Read, describe and delete an image."""

    @extend_schema(
        operation_id="getSdkFile", responses={200: SocialFileBody, **errors_of(400, 401, 404)}
    )
    def retrieve(self, request: Request, file_id: UUID) -> Response:
        """An image of the tenant."""
        return Response(_told(seen_file(self.actor, file_id).id, self.base_url))

    @extend_schema(
        operation_id="describeSdkFile",
        request=AltTextInput,
        responses={200: SocialFileBody, **errors_of(400, 401, 403, 404, 413, 415)},
    )
    def update(self, request: Request, file_id: UUID) -> Response:
        """Says what the image shows. For whoever uploaded it, and organizers."""
        image = owned_file(self.actor, file_id)
        describe_shown(image.id, self.read(AltTextInput)["alt_text"])
        return Response(_told(image.id, self.base_url))

    @extend_schema(
        operation_id="deleteSdkFile",
        responses={200: GoneBody, **errors_of(400, 401, 403, 404, 409)},
    )
    def destroy(self, request: Request, file_id: UUID) -> Response:
        """Removes an image that no event shows. For whoever uploaded it, and organizers."""
        delete_image(owned_file(self.actor, file_id).id)
        return Response(GoneBody())


class SdkUploadViewSet(SocialViewSet):
    """Upload images; what is no image is refused."""

    _drawn: tuple[CleanImage, str] | None = None

    def get_parsers(self) -> list[Any]:
        """Uploads come as forms."""
        return [MultiPartParser()]

    @extend_schema(
        operation_id="uploadSdkImage",
        request={"multipart/form-data": SdkUploadInput},
        responses={200: Sequence[SocialFileBody], **errors_of(400, 401, 403, 413, 415)},
    )
    def image(self, request: Request) -> Response:
        """Stores an image, re-encoded, and answers with a list of it alone."""
        user_id = self.require_user()
        drawn, alt_text = self._drawn or self._draw()
        image = keep_image(drawn, tenant_id=self.tenant_id, uploader_id=user_id, alt_text=alt_text)
        return Response([_told(image.id, self.base_url)])

    def prepare(self) -> None:
        """Draws the image."""
        if self.action in ("image", "file"):
            self._drawn = self._draw()

    def _draw(self) -> tuple[CleanImage, str]:
        """The image of the body, re-encoded, with its text."""
        values = self.read(SdkUploadInput)
        field = "files" if "files" in values else "file"
        if field not in values:
            raise serializers.ValidationError({field: ["No file was submitted."]})
        drawn = clean_image(values[field].file, field=field, name=values[field].name)
        return drawn, values.get("alt_text", "")

    @extend_schema(
        operation_id="uploadSdkFile",
        request={"multipart/form-data": SdkUploadInput},
        responses={200: Sequence[SocialFileBody], **errors_of(400, 401, 403, 413, 415)},
    )
    def file(self, request: Request) -> Response:
        """The same: an image is the one kind of file there is."""
        return self.image(request)

    @extend_schema(exclude=True)
    def video(self, request: Request) -> NoReturn:
        """Always refused: only images are kept."""
        raise Unsupported("images_only")

    @extend_schema(exclude=True)
    def clip(self, request: Request) -> NoReturn:
        """Always refused: only images are kept."""
        raise Unsupported("images_only")

    @extend_schema(exclude=True)
    def audio(self, request: Request) -> NoReturn:
        """Always refused: only images are kept."""
        raise Unsupported("images_only")


def _told(file_id: UUID, base_url: str) -> SocialFileBody:
    (facts,) = images([file_id])
    return SocialFileBody.of(facts, base_url)
