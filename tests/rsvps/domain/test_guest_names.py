"""Names of plus-ones: at most as many as come along, for hosts, the door and the guest alone."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from config.errors import Invalid
from pages.base import GUEST_COOKIE, OWNER_COOKIE
from rsvps.domain.respond import change_rsvp, create_rsvp
from rsvps.facts import alphabetical, door_guests
from rsvps.models import Rsvp
from tests.conftest import Api
from tests.makers import MadeEvent, make_door, make_event, make_rsvp, make_tier
from tests.tenant_cast import EVENTS, make_cast, said

pytestmark = pytest.mark.django_db
BROUGHT = ["Zwiebelina Öz", "Bo"]


@pytest.fixture
def event() -> MadeEvent:
    return make_event()


@pytest.mark.once
def test_at_most_as_many_as_come_along(event: MadeEvent) -> None:
    """Fewer are fine, two of the same name too."""
    values: dict[str, Any] = {"name": "Ana", "attendance": "going", "guest_count": 2}
    for names in ([], ["Bo"], ["Bo", "Bo"], ["  Bo ", "Cy"]):
        row = create_rsvp(event_id=event.id, values=values | {"guest_names": names})
        assert row.guest_names == [name.strip() for name in names]
    for wrong in (["Bo", "Cy", "Di"], ["evil.example/x"], ["a\nb"], [""], ["x" * 121], "Bo", [1]):
        with pytest.raises(Invalid) as refused:
            create_rsvp(event_id=event.id, values=values | {"guest_names": wrong})
        assert list(refused.value.errors) == ["guest_names"]
    assert Rsvp.objects.count() == 4


def test_a_smaller_party_loses_the_last_names(event: MadeEvent) -> None:
    """Unless it names its guests anew; null names nobody."""
    rsvp = make_rsvp(event, guest_count=2, guest_names=BROUGHT)

    def change(**values: Any) -> list[str]:
        change_rsvp(event_id=event.id, rsvp_id=rsvp.id, values=values)
        return list(rsvp.stored.guest_names)

    assert change(note="Hi") == BROUGHT
    assert change(guest_count=1) == BROUGHT[:1]
    assert change(guest_count=2) == BROUGHT[:1]
    assert change(guest_names=BROUGHT) == BROUGHT
    assert change(guest_count=1, guest_names=["Cy"]) == ["Cy"]
    with pytest.raises(Invalid):
        change(guest_count=1, guest_names=BROUGHT)
    assert rsvp.stored.guest_names == ["Cy"]
    assert change(guest_names=None) == []


@pytest.mark.once
def test_who_reads_them(api: Api, event: MadeEvent) -> None:
    """The guest, organizers and the door; never a public list."""
    rsvp = make_rsvp(event, name="Ana", guest_count=2, guest_names=BROUGHT)
    owner, door = event.owner_token, make_door(event)
    own = said(api.get(f"{event.path}/rsvps/self", rsvp.token), 200)["rsvp"]
    (listed,) = said(api.get(f"{event.path}/rsvps", owner), 200)["rsvps"]
    assert own["guest_names"] == listed["guest_names"] == BROUGHT
    for words in ("Öz", "Ana", "BO", "zwiebel"):
        (found,) = said(api.get(f"{event.path}/check-ins", door, q=words), 200)["guests"]
        assert found["guest_names"] == BROUGHT
    assert said(api.get(f"{event.path}/rsvps", owner, q="zwiebel"), 200)["rsvps"]
    for token in (None, rsvp.token, owner, door):
        (public,) = said(api.get(event.path, token), 200)["event"]["rsvps"]
        assert (public["name"], public["guest_names"]) == ("Ana", None)
    for path in (f"/e/{event.id}", f"/e/{event.id}/attendees"):
        page = Client().get(path).content.decode()
        assert ("Ana" in page, "Zwiebelina" in page) == (True, False)


@pytest.mark.once
def test_the_tenant_api(api: Api) -> None:
    cast = make_cast()
    event = cast.event()
    sent = {"status": "going", "guest_count": 2, "guest_names": BROUGHT}
    answer = said(api.post(f"{EVENTS}/{event.id}/rsvp", sent, cast.colleague.key), 201)
    assert answer["guest_names"] == BROUGHT
    path = f"{EVENTS}/{event.id}/attendees"
    for key, names in (
        (cast.colleague.key, BROUGHT),
        (cast.organizer.key, BROUGHT),
        (cast.keys["publishable"], None),
    ):
        (attendee,) = said(api.get(path, key), 200)["attendees"]
        assert attendee["guest_names"] == names
    wrong = api.post(f"{EVENTS}/{event.id}/rsvp", sent | {"guest_count": 1}, cast.colleague.key)
    assert list(said(wrong, 400)["errors"]) == ["guest_names"]


def test_the_form(event: MadeEvent) -> None:
    """One on each line; a party that is made smaller on the page keeps what fits."""
    client, at = Client(), f"/e/{event.id}"
    typed = {"name": "Ana", "attendance": "going", "guest_count": "2"}
    client.post(at, typed | {"guest_names": "Zwiebelina Öz\r\n\r\nBo"})
    rsvp = Rsvp.objects.get()
    assert rsvp.guest_names == BROUGHT
    shown = client.get(f"{at}/rsvp").context["form"]["guest_names"].value()
    assert shown == "\n".join(BROUGHT)
    client.post(f"{at}/rsvp", typed | {"guest_count": "1", "guest_names": "\r\n".join(BROUGHT)})
    assert Rsvp.objects.get().guest_names == BROUGHT[:1]
    refused = client.post(f"{at}/rsvp", typed | {"guest_names": "A\r\nB\r\nC"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (400, ["guest_names"])


def test_organizers_find_and_print_them(event: MadeEvent) -> None:
    make_rsvp(event, name="Ana", guest_count=2, guest_names=BROUGHT)
    owner, guest = Client(), Client()
    owner.cookies[OWNER_COOKIE] = event.owner_token
    guest.cookies[GUEST_COOKIE] = make_rsvp(event, name="Cy").token
    at = f"/e/{event.id}/admin"
    for path in (at, f"{at}?q=zwiebel", f"{at}/guests/print", f"{at}/guests.csv"):
        page = owner.get(path)
        text = page.getvalue().decode() if page.streaming else page.content.decode()
        assert "Zwiebelina Öz, Bo" in text
    assert guest.get(f"{at}/guests/print").status_code == 403


@pytest.mark.once
def test_from_a_to_z() -> None:
    """Accents and case do not part what belongs together; only those who are expected."""
    event = make_event()
    tier = make_tier(event, name="Balcony")
    names = ["Zoë", "Öz", "oma", "Ana", "Émile", "eva", "Łukasz", "lena", "Åsa", "99 Luft", "Ægir"]
    for name in names:
        make_rsvp(event, name=name, tier_id=tier.pk)
    make_rsvp(event, name="Nobody", attendance="interested")
    make_rsvp(event, name="Privat", tier_id=tier.pk, is_private=True)
    assert [guest.name for guest in alphabetical(event.id)] == [
        *("99 Luft", "Ægir", "Ana", "Åsa", "Émile", "eva", "lena", "Łukasz"),
        *("oma", "Öz", "Privat", "Zoë"),
    ]
    owner = Client()
    owner.cookies[OWNER_COOKIE] = event.owner_token
    page = owner.get(f"/e/{event.id}/admin/guests/print")
    letters = [letter for letter, _ in page.context["letters"]]
    assert letters == ["#", "A", "E", "L", "O", "P", "Z"]
    assert page.content.decode().count("Balcony") == len(names) + 1


def test_one_query_for_any_number(event: MadeEvent, queries_of: Any) -> None:
    for number in range(3):
        make_rsvp(event, name=f"G{number}", guest_count=1, guest_names=["Öz"])
    few = queries_of(lambda: (alphabetical(event.id), door_guests(event.id, "Öz")))
    for number in range(17):
        make_rsvp(event, name=f"H{number}", guest_count=1, guest_names=["Öz"])
    assert queries_of(lambda: (alphabetical(event.id), door_guests(event.id, "Öz"))) == few == 2
