"""Inviting people by mail, on the organizer's page."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from rsvps.models import Invitation
from tests.makers import MadeEvent, make_event
from tests.pages.organizer.test_overview import organizer

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.fixture(autouse=True)
def _mail(settings: Any) -> None:
    settings.MAIL_ENABLED = True


def send(event: MadeEvent, **said: Any) -> Any:
    return organizer(event).post(f"/e/{event.id}/admin/invitations", said)


def invited() -> list[str]:
    return sorted(Invitation.objects.values_list("email", flat=True))


def test_typed_and_in_a_file() -> None:
    """Both at once; what was invited is listed."""
    event = make_event()
    file = SimpleUploadedFile("list.csv", b"Name,Email\nAna,ana@example.org\n")
    assert send(event, emails="bo@example.org\n", file=file).status_code == 303
    assert invited() == ["ana@example.org", "bo@example.org"]
    page = organizer(event).get(f"/e/{event.id}/admin/invitations")
    assert {each.email for each in page.context["page"].rows} == set(invited())


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({}, "emails"),
        ({"emails": "nobody"}, "emails"),
        ({"emails": "a@b"}, "emails"),
        ({"emails": "ana@example.org", "message": "x" * 2_001}, "message"),
        ({"file": SimpleUploadedFile("a.csv", b"\xff\xfe\x00")}, "file"),
        ({"file": SimpleUploadedFile("a.csv", b"x" * 600_000)}, "file"),
        ({"file": SimpleUploadedFile("a.csv", b"Email\nana\n")}, "file"),
        ({"emails": "ana@example.org", "file": SimpleUploadedFile("a.csv", b"a@b")}, "file"),
    ],
)
def test_what_is_wrong_is_said_beside_it(said: dict[str, Any], field: str) -> None:
    """And nobody is invited."""
    answer = send(make_event(), **said)
    assert (answer.status_code, list(answer.context["form"].errors)) == (400, [field])
    assert invited() == []


def test_without_mail_there_is_no_form(settings: Any) -> None:
    """The page says so."""
    settings.MAIL_ENABLED = False
    event = make_event()
    page = organizer(event).get(f"/e/{event.id}/admin/invitations")
    assert 'name="emails"' not in page.content.decode()
    assert send(event, emails="ana@example.org").status_code == 400
    assert invited() == []
