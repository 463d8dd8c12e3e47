"""Inviting people by mail: whom it reaches, what it says, and what its sender learns."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Group

from accounts.domain.organizers import GROUP
from comments.domain.takedown import take_down
from config.errors import DomainError, Invalid
from events.domain.lifecycle import cancel_event
from events.models import Event
from notify.domain.mail.addresses import recipient_of
from notify.domain.mail.failures import failed_mail
from notify.domain.mail.invitations import invited_guests
from notify.enums import Stop
from notify.models import Mail, Suppression
from rsvps import limits
from rsvps.domain.invitations import invite, read_addresses
from rsvps.models import Invitation
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, make_event, make_rsvp, make_tenant
from tests.notify.mail.posting import hosted_event, text_of, work, worked
from tests.pages.admin.cast import browser, superuser
from tests.tenant_cast import EVENTS, make_cast, make_member

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def states(event: MadeEvent) -> dict[str, str]:
    """How each invitation stands, by address."""
    page = invited_guests(event.id, number=1, size=100)
    return {each.email: each.state.value for each in page.rows}


def test_each_address_gets_one_mail_with_the_events_page() -> None:
    """No key and no name; of a private event, too: its address is the invitation."""
    event = make_event(is_private=True, title="Surprise evil.example/x", host_name="Nia")
    emails = ["ana@example.org", "Ana@example.org", "bo@example.org"]
    outcome = invite(event_id=event.id, emails=emails, message="See http://evil.example/x")
    assert outcome == (["ana@example.org", "bo@example.org"], [])
    letters = worked()
    assert sorted(each["To"] for each in letters) == ["ana@example.org", "bo@example.org"]
    sent = letters[0]
    assert sent["Subject"] == "You are invited to an event"
    text = text_of(sent)
    assert f"https://events.example.org/e/{event.id}\n" in text
    assert "cvo_" not in text
    assert "cvr_" not in text
    assert "http://evil" not in text
    assert sent["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert states(event) == {"ana@example.org": "sent", "bo@example.org": "sent"}


def test_whoever_is_trusted_may_name_the_event() -> None:
    """An organisation's title stands in the subject."""
    event = make_event(actor=make_member(make_tenant()).actor, title="Gala")
    invite(event_id=event.id, emails=["ana@example.org"], message="Bring a friend.")
    (sent,) = worked()
    assert sent["Subject"] == "You are invited: Gala"
    assert "> Bring a friend." in text_of(sent)


def test_the_place_is_told_to_those_who_may_know_it() -> None:
    """An invitation lets nobody in."""
    event = make_event(hide_location=True, location="Zwiebelgasse 7")
    invite(event_id=event.id, emails=["ana@example.org"])
    (sent,) = worked()
    assert "Zwiebelgasse" not in text_of(sent)


def test_nobody_is_invited_twice() -> None:
    """Nor is who answered already."""
    event = make_event()
    make_rsvp(event, email="Cem@example.org")
    invite(event_id=event.id, emails=["ana@example.org"])
    outcome = invite(event_id=event.id, emails=["ANA@example.org", "cem@example.org"])
    assert outcome == ([], ["ANA@example.org", "cem@example.org"])
    invite(event_id=event.id, emails=["ana+again@example.org"])
    work()
    assert Mail.objects.filter(kind="invitation").count() == 1


def test_who_wants_no_mail_looks_like_any_other_that_was_not_sent(settings: Any) -> None:
    """Unsubscribed, refused elsewhere, over the day's limit: its sender cannot tell them apart."""
    event = make_event(actor=make_member(make_tenant()).actor)
    emails = ["gone@example.org", "off@example.org", "much@example.org"]
    for stop, email in zip((Stop.REFUSED, Stop.SITE), emails, strict=False):
        Suppression.objects.create(recipient=recipient_of(email), stop=stop)
    settings.MAIL_LIMIT_RECIPIENT = 0
    outcome = invite(event_id=event.id, emails=emails)
    assert outcome.invited == emails
    assert worked() == []
    assert states(event) == dict.fromkeys(emails, "not_sent")


def test_organizers_read_no_reason_elsewhere(settings: Any) -> None:
    """Neither among failed mails nor in the admin's list; root does."""
    cast = make_cast()
    event = cast.event()
    settings.MAIL_LIMIT_RECIPIENT = 0
    invite(event_id=event.id, emails=["ana@example.org"])
    work()
    failed = Mail.objects.get(kind="invitation")
    assert (failed.state, failed.reason) == ("failed", "over_limit")
    assert failed_mail(cast.organizer.actor, 10) == []
    root = browser(superuser())
    assert root.get(f"/admin/notify/mail/{failed.pk}/change/").status_code == 200
    cast.organizer.user.groups.add(Group.objects.get(name=GROUP))
    organizer = browser(cast.organizer.user)
    assert organizer.get(f"/admin/notify/mail/{failed.pk}/change/").status_code == 302
    listed = organizer.get("/admin/notify/mail/").content.decode()
    assert f"/admin/notify/mail/{failed.pk}/change/" not in listed


def test_whoever_answers_with_the_address_is_shown_so() -> None:
    """Whatever its case; the answer belongs to its link alone."""
    event = make_event()
    invite(event_id=event.id, emails=["ana@example.org", "bo@example.org"])
    work()
    make_rsvp(event, email="Ana@Example.org")
    assert states(event) == {"ana@example.org": "answered", "bo@example.org": "sent"}


def test_an_open_event_invites_so_many_in_a_day(settings: Any, clock: Clock) -> None:
    """All or none; the next day there is room again."""
    settings.MAIL_LIMIT_EVENT = 2
    event = make_event(start_time=clock.now + timedelta(days=30))
    invite(event_id=event.id, emails=["a@example.org"])
    with pytest.raises(Invalid) as refused:
        invite(event_id=event.id, emails=["b@example.org", "c@example.org"])
    assert refused.value.keys == {"emails": ["too_many_invitations_today"]}
    assert Invitation.objects.count() == 1
    clock.advance(days=1, minutes=1)
    assert len(invite(event_id=event.id, emails=["b@example.org", "c@example.org"]).invited) == 2


def test_an_event_has_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """An organisation's, too."""
    monkeypatch.setattr(limits, "INVITATIONS", 1)
    event = make_event(actor=make_member(make_tenant()).actor)
    with pytest.raises(Invalid) as refused:
        invite(event_id=event.id, emails=["a@example.org", "b@example.org"])
    assert refused.value.keys == {"emails": ["too_many_invitations"]}


@pytest.mark.parametrize(
    ("before", "code"),
    [
        (lambda event, settings: setattr(settings, "MAIL_ENABLED", False), "not_allowed"),
        (lambda event, settings: cancel_event(event_id=event.id), "event_cancelled"),
        (lambda event, settings: take_down(event_id=event.id), "taken_down"),
    ],
)
def test_when_nobody_is_invited(
    before: Callable[..., None], code: str, settings: Any, everything_stored: Callable[[], Any]
) -> None:
    """Nothing is written."""
    event = make_event()
    before(event, settings)
    stored = everything_stored()
    with pytest.raises(DomainError) as refused:
        invite(event_id=event.id, emails=["ana@example.org"])
    assert refused.value.code == code
    assert everything_stored() == stored


def test_an_event_that_is_over(clock: Clock) -> None:
    """There is nothing to come to."""
    event = make_event()
    clock.advance(days=30)
    with pytest.raises(DomainError) as refused:
        invite(event_id=event.id, emails=["ana@example.org"])
    assert refused.value.code == "rsvps_closed"


def test_a_mail_that_waits_is_not_sent_for_a_cancelled_event() -> None:
    """What there is to tell is asked when it is sent."""
    event = hosted_event()
    invite(event_id=event.id, emails=["ana@example.org"])
    cancel_event(event_id=event.id)
    assert worked() == []


def test_they_go_with_the_event() -> None:
    """Erased for good."""
    event = make_event()
    invite(event_id=event.id, emails=["ana@example.org"])
    Event.objects.get(pk=event.id).delete()
    assert Invitation.objects.count() == 0


# --- Files --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", []),
        ("ana@example.org\nbo@example.org\n", ["ana@example.org", "bo@example.org"]),
        ("\ufeffName,Email\r\nAna,ana@example.org\r\n", ["ana@example.org"]),
        ("name;e-mail\nAna;ana@example.org\n", ["ana@example.org"]),
        ('"Ana, B.",ana@example.org\n\n', ["ana@example.org"]),
        ("Email,Other email\na@x.org,b@x.org\n", ["a@x.org"]),
    ],
)
def test_addresses_are_read(text: str, found: list[str]) -> None:
    """A column with a head, or the first address of each line."""
    assert read_addresses(text) == found


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ("ana@example.org\nnobody\nbo@example.org\nAna,\n", [2, 4]),
        ("Name,Email\nAna\n", [2]),
        ('"ana@example.org\n', ["not_csv"]),
    ],
)
def test_a_line_without_an_address_is_named(text: str, flaws: list[Any]) -> None:
    """By its number in the file."""
    with pytest.raises(Invalid) as refused:
        read_addresses(text)
    told = refused.value.errors["emails"]
    assert [
        flaw.params.get("line") if flaw.key != "not_csv" else flaw.key for flaw in told
    ] == flaws


# --- Doors --------------------------------------------------------------------------------------


def test_the_capability_api(api: Api) -> None:
    """The whole answers."""
    event = make_event()
    path = f"{event.path}/invitations"
    made = api.post(path, {"emails": ["ana@example.org"]}, event.owner_token)
    assert (made.status_code, made.json()) == (
        201,
        {"invited": ["ana@example.org"], "already": []},
    )
    listed = api.get(path, event.owner_token).json()
    (invitation,) = listed["invitations"]
    stored = Invitation.objects.get()
    assert invitation == {
        "id": str(stored.pk),
        "email": "ana@example.org",
        "invited_at": invitation["invited_at"],
        "status": "waiting",
    }
    assert listed["pagination"]["total_invitations"] == 1


def test_the_tenant_api(api: Api) -> None:
    """The same, for its organizers."""
    cast = make_cast()
    event = cast.event()
    path = f"{EVENTS}/{event.id}/invitations"
    assert api.post(path, {"emails": ["ana@example.org"]}, cast.creator.key).status_code == 201
    assert api.post(path, {"emails": ["bo@example.org"]}, cast.colleague.key).status_code == 403
    assert api.get(path, cast.organizer.key).json()["pagination"]["total_invitations"] == 1


def test_a_list_costs_the_same_for_three_and_for_twenty(
    queries_of: Callable[[Callable[[], Any]], int],
) -> None:
    """Mails and answers are read for all of them at once."""
    few, many = make_event(), make_event()
    invite(event_id=few.id, emails=[f"a{n}@example.org" for n in range(3)])
    invite(event_id=many.id, emails=[f"b{n}@example.org" for n in range(20)])
    counted = [
        queries_of(lambda event=event: invited_guests(event.id, number=1, size=50))  # type: ignore[misc]
        for event in (few, many)
    ]
    assert counted[0] == counted[1]
