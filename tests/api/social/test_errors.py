"""Every error of the Social API as its SDK reads it, whoever answers it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import path

from config import urls
from tests.conftest import Api
from tests.social_cast import Social, make_social
from tests.tenant_cast import said


@pytest.fixture
def social(api: Api) -> Social:
    """Who calls."""
    return make_social(api)


def broken(request: Any) -> Any:
    """A view with a fault."""
    raise ZeroDivisionError


urlpatterns = [*urls.urlpatterns, path("social/api/v1/broken", broken)]
handler404, handler500 = urls.handler404, urls.handler500


@pytest.mark.urls(__name__)
def test_errors_have_a_status_and_a_message(social: Social) -> None:
    """From a rule, from a serializer, from no view at all and from a fault; elsewhere as ever."""
    event = social.event()
    for status, answer in (
        (404, social.get("events/00000000-0000-4000-8000-000000000000")),
        (400, social.send("POST", "events", {})),
        (403, social.send("PUT", f"events/{event.id}", {"title": "T"}, "colleague")),
        (401, social.get("events", "anonymous")),
        (405, social.send("PATCH", "events", {})),
        (404, social.get("nothing")),
        (500, Client(raise_request_exception=False).get("/social/api/v1/broken")),
    ):
        body = said(answer, status)
        assert body.keys() - {"errors"} == {"detail", "code", "status", "message"}
        assert (body["status"], body["message"]) == ("error", body["detail"])
    assert said(social.api.get("/api/v1/nothing"), 404).keys() == {"detail", "code"}
