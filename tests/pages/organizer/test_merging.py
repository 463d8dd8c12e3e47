"""Two answers from one e-mail address, on the organizer's pages."""

from __future__ import annotations

import pytest
from django.test import Client

from events.domain.lifecycle import cancel_event
from rsvps.models import Rsvp
from tests.makers import MadeEvent, make_event, make_rsvp
from tests.pages.organizer.test_overview import organizer
from tests.wording import in_words

pytestmark = pytest.mark.django_db
ADDRESS = {"email": "ana@example.org"}


def test_the_list_says_which_and_the_guest_s_page_offers_to_merge() -> None:
    event = make_event()
    one, two = make_rsvp(event, name="Ana", **ADDRESS), make_rsvp(event, name="A.", **ADDRESS)
    alone = make_rsvp(event, name="Bo", email="bo@example.org")
    client, at = organizer(event), f"/e/{event.id}/admin"
    said = client.get(at).content.decode()
    for rsvp, shown in ((one, True), (two, True), (alone, False)):
        assert (f'{at}/guests/{rsvp.id}#same-email"' in said) is shown
    said = client.get(f"{at}/guests/{two.id}").content.decode()
    assert f'href="{at}/guests/{one.id}/merge/{two.id}"' in said
    assert "same-email" not in client.get(f"{at}/guests/{alone.id}").content.decode()


def test_it_is_asked_before_it_is_done() -> None:
    event = make_event()
    goes, stays = make_rsvp(event, name="Ana", guest_count=2), make_rsvp(event, name="A.")
    client, at = organizer(event), f"/e/{event.id}/admin/guests"
    page = client.get(f"{at}/{goes.id}/merge/{stays.id}")
    assert page.status_code == 200
    assert f'href="{at}/{stays.id}/merge/{goes.id}"' in page.content.decode()
    assert Rsvp.objects.count() == 2
    done = client.post(f"{at}/{goes.id}/merge/{stays.id}")
    assert (done.status_code, done["Location"]) == (303, f"{at}/{stays.id}")
    assert (Rsvp.objects.get().pk, event.row.seats_taken) == (stays.id, 3)
    assert client.get(f"{at}/{goes.id}").status_code == 404


def refused(client: Client, event: MadeEvent, goes: object, into: object) -> tuple[int, str]:
    page = client.post(f"/e/{event.id}/admin/guests/{goes}/merge/{into}")
    return page.status_code, page.content.decode()


def test_refusals_are_said_on_the_page() -> None:
    event = make_event()
    one, two, elsewhere = make_rsvp(event), make_rsvp(event), make_rsvp(make_event())
    client = organizer(event)
    status, said = refused(client, event, one.id, one.id)
    assert (status, in_words("not_another_rsvp") in said) == (400, True)
    assert refused(client, event, one.id, elsewhere.id)[0] == 404
    assert refused(client, event, elsewhere.id, one.id)[0] == 404
    cancel_event(event_id=event.id)
    status, said = refused(client, event, one.id, two.id)
    assert (status, in_words("event_cancelled") in said) == (400, True)
    assert Rsvp.objects.count() == 3


def test_it_is_for_organizers() -> None:
    event = make_event()
    one, two = make_rsvp(event), make_rsvp(event)
    assert refused(Client(), event, one.id, two.id)[0] == 401
    assert Rsvp.objects.count() == 2
