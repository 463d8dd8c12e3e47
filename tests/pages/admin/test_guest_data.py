"""The admin's page about what is held about an e-mail address."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from rsvps.models import Rsvp
from tests.makers import make_event, make_rsvp
from tests.pages.admin.cast import House

pytestmark = pytest.mark.django_db
ADDRESS = "dana@secret.example"
PAGE = "/admin/guest-data/"


def held(client: Client, **more: Any) -> Any:
    """The page about the address."""
    return client.post(PAGE, {"email": ADDRESS, **more})


def test_organizers_reach_their_own(organizer: Client, ours: House, theirs: House) -> None:
    """They see how much there is, download it, and erase it; other organisations' stays."""
    for house in (ours, theirs):
        make_rsvp(house.event, email=ADDRESS, name="Dana", attendance="interested")
    page = held(organizer)
    assert (page.status_code, page.context["held"].rsvps) == (200, 1)
    file = held(organizer, download="1")
    assert file["Content-Disposition"] == 'attachment; filename="guest_data.json"'
    assert {"private", "no-store"} <= set(file["Cache-Control"].split(", "))
    assert [each["id"] for each in file.json()["events"]] == [str(ours.event.id)]
    assert held(organizer, erase="1").context["held"].rsvps == 0
    stored = dict(Rsvp.objects.filter(email=ADDRESS).values_list("event", "name"))
    assert stored == {theirs.event.id: "Dana"}
    assert Rsvp.objects.filter(event=ours.event.id, name="Guest").count() == 1


def test_root_reaches_everything(boss: Client, ours: House) -> None:
    """Events of nobody's, too."""
    for event in (ours.event, make_event()):
        make_rsvp(event, email=ADDRESS, name="Dana", attendance="interested")
    assert held(boss).context["held"].rsvps == 2
    assert held(boss, erase="1").status_code == 200
    assert not Rsvp.objects.filter(email=ADDRESS).exists()


def test_looking_is_not_erasing(organizer: Client, ours: House) -> None:
    """Who may only look at answers gets the file, and cannot erase."""
    make_rsvp(ours.event, email=ADDRESS, attendance="interested")
    group = Group.objects.get()
    group.permissions.remove(*group.permissions.filter(codename="change_rsvp"))
    page = held(organizer)
    assert (page.status_code, b'name="erase"' in page.content) == (200, False)
    assert held(organizer, download="1").status_code == 200
    assert held(organizer, erase="1").status_code == 403
    group.permissions.remove(*group.permissions.filter(codename="view_rsvp"))
    assert held(organizer).status_code == 403
    assert Rsvp.objects.filter(email=ADDRESS).exists()


@pytest.mark.once
@pytest.mark.parametrize("email", ["", "dana", "a\x00@example.org", "x" * 300 + "@example.org"])
def test_what_is_no_address(organizer: Client, email: str) -> None:
    """Is said beside the field."""
    for button in ({}, {"download": "1"}, {"erase": "1"}):
        page = organizer.post(PAGE, {"email": email, **button})
        assert (page.status_code, set(page.context["form"].errors)) == (200, {"email"})


def test_the_first_page_leads_there(organizer: Client) -> None:
    """The address is in no URL: it is looked up by a POST."""
    assert PAGE.encode() in organizer.get(reverse("admin:index")).content
    page = organizer.get(PAGE, {"email": ADDRESS})
    assert (page.status_code, ADDRESS.encode() in page.content) == (200, False)
