"""The Social API's errors: the house's, with what its SDK tells an error by."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, Any

from rest_framework.serializers import ChoiceField

from api.schema import ErrorBody, RefusalBody

ERROR_WORDS = [("error", "error")]
ErrorWord = Annotated[str, ChoiceField(choices=ERROR_WORDS)]


class SocialErrorBody(ErrorBody):
    """Every error; ``message`` is ``detail`` once more."""

    status: ErrorWord = "error"
    message: str


class SocialRefusalBody(RefusalBody):
    """The same for a full or closed event, which ``error`` names."""

    status: ErrorWord = "error"
    message: str


def errors_of(*codes: int) -> dict[int, Any]:
    """Response entries for these statuses."""
    return {code: SocialRefusalBody if code in (400, 403) else SocialErrorBody for code in codes}


def told(body: Mapping[str, Any]) -> dict[str, Any]:
    """An error as the SDK reads it: without a ``status`` it takes the answer for a fault of its
    own, and with one it throws an API error with this message and our code."""
    return {**body, "status": "error", "message": body["detail"]}
