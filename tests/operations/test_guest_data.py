"""guest_data: what is held about an address on the command line."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from rsvps.models import Invitation, Rsvp
from tests.makers import make_event, make_rsvp
from tests.root import answer, refusal, run, run_json
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.django_db
Stored = Callable[[], dict[str, list[str]]]
ADDRESS = "dana@secret.example"
NOTHING = {
    **dict.fromkeys(("rsvps", "messages", "comments", "invitations", "hosted_events", "links"), 0),
    **dict.fromkeys(("reports", "mails"), 0),
    **dict.fromkeys(("account", "account_stays"), False),
}


def test_it_prints_json() -> None:
    """With and without --json."""
    event = make_event(title="Café")
    rsvp = make_rsvp(event, email=ADDRESS)
    for data in (run_json("guest_data", ADDRESS), json.loads(run("guest_data", ADDRESS.upper()))):
        assert data["email"] == ADDRESS
        assert [(each["id"], each["title"]) for each in data["events"]] == [(str(event.id), "Café")]
        assert [each["id"] for each in data["rsvps"]] == [str(rsvp.id)]


def test_it_erases(monkeypatch: pytest.MonkeyPatch, everything_stored: Stored) -> None:
    """After asking."""
    event = make_event()
    make_rsvp(event, email=ADDRESS)
    Invitation.objects.create(event_id=event.id, email=ADDRESS)
    before = everything_stored()
    answer(monkeypatch, "no\n")
    assert refusal("guest_data", ADDRESS, "--erase") == "Nothing was done."
    assert everything_stored() == before
    answer(monkeypatch, "yes\n")
    assert run("guest_data", ADDRESS, "--erase").splitlines()[:4] == [
        "1  RSVPs made anonymous",
        "       0  messages blanked",
        "       0  comments deleted",
        "       1  invitations deleted",
    ]
    assert ADDRESS not in str(everything_stored())
    again = run_json("guest_data", ADDRESS, "--erase", "--yes")
    assert again == {"erased": NOTHING}


def test_one_tenant(everything_stored: Stored) -> None:
    """--tenant leaves everything else alone."""
    cast = make_cast()
    ours, nobodys = cast.event(), make_event()
    for event in (ours, nobodys):
        make_rsvp(event, email=ADDRESS)
    done = run_json("guest_data", ADDRESS, "--tenant", cast.tenant.slug, "--erase", "--yes")
    assert done == {"erased": NOTHING | {"rsvps": 1}}
    emails = dict(Rsvp.objects.values_list("event", "email"))
    assert emails == {ours.id: "", nobodys.id: ADDRESS}
    assert refusal("guest_data", ADDRESS, "--tenant", "nobody") == "tenant_not_found"
    assert refusal("guest_data", "dana", "--erase") == "email: not_an_email"
