"""An event's form in the admin, open in two tabs: nothing that somebody saved is lost unseen."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from rsvps.domain.event_changes import update_event
from tests.makers import make_rsvp
from tests.pages.admin.cast import House
from tests.pages.admin.test_event_page import page_of

pytestmark = pytest.mark.django_db


def form_of(client: Client, address: str) -> dict[str, Any]:
    """What a browser would send back untouched: the event's form and those of its tickets."""
    context = client.get(address).context
    forms = [context["adminform"].form]
    for formset in context["inline_admin_formsets"]:
        forms += [formset.formset.management_form, *formset.formset.forms]
    sent: dict[str, Any] = {}
    for form in forms:
        for field in form:
            value, widget = field.value(), field.field.widget
            if field.field.show_hidden_initial:
                sent[field.html_initial_name] = value
            parts = widget.decompress(value) if hasattr(widget, "decompress") else None
            if parts is not None:
                names = [f"{field.html_name}_{number}" for number in range(len(parts))]
                sent |= dict(
                    zip(names, ["" if each is None else each for each in parts], strict=True)
                )
            elif value is True:
                sent[field.html_name] = "on"
            elif value is not False:
                sent[field.html_name] = "" if value is None else value
    return sent


def test_the_second_is_told_once(organizer: Client, ours: House) -> None:
    """Their input is kept beside what stands there now; saved again, it replaces that."""
    address = page_of(ours.event)
    mine = form_of(organizer, address) | {"title": "Second", "location": "There"}
    update_event(event=ours.event.row, values={"title": "First", "description": "New"})
    before = ours.event.row
    page = organizer.post(address, mine)
    assert (page.status_code, ours.event.row) == (200, before)
    form = page.context["adminform"].form
    assert sorted(form.errors) == ["__all__", "description", "location", "title"]
    assert "“First”" in form.errors["title"][0]
    assert [form[name].value() for name in ("title", "location")] == ["Second", "There"]
    again = mine | {"made_from": form["made_from"].value(), "description": "New"}
    assert organizer.post(address, again).status_code == 302
    row = ours.event.row
    assert (row.title, row.location, row.description) == ("Second", "There", "New")


def test_a_ticket_is_part_of_the_event(organizer: Client, ours: House) -> None:
    """What the form says of tickets is as old as the rest of it."""
    address = page_of(ours.event)
    mine = form_of(organizer, address)
    update_event(event=ours.event.row, values={"title": "First"})
    tickets = {name: "Second" for name in mine if name.endswith("-name") and mine[name]}
    assert tickets
    before = ours.event.row
    assert organizer.post(address, mine | tickets).status_code == 200
    assert ours.event.row == before


@pytest.mark.once
def test_guests_disturb_nobody(organizer: Client, ours: House) -> None:
    address = page_of(ours.event)
    mine = form_of(organizer, address) | {"title": "Second"}
    make_rsvp(ours.event, attendance="interested")
    assert organizer.post(address, mine).status_code == 302
    assert ours.event.row.title == "Second"
