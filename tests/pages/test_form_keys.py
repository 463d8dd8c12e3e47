"""One-time keys of forms: what is sent twice is carried out once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.test import Client

from access.models import StoredResponse
from accounts.enums import LinkRole
from events.domain.links import rotate_link
from events.models import Event, EventLink
from pages.base import GUEST_COOKIE, OWNER_COOKIE
from rsvps.models import Rsvp
from tests.conftest import Clock
from tests.makers import make_event, make_link, make_question, make_rsvp, make_tier

pytestmark = [pytest.mark.django_db, pytest.mark.once]

FORM = re.compile(r'<form method="post".*?</form>', re.S)
KEY = re.compile(r'<input type="hidden" name="form_key" value="([0-9a-f-]{36})">')
ANSWER = {"name": "Nia", "attendance": "going", "guest_count": "0"}
WHO = {"name": "N", "attendance": "going"}


class House:
    """An event with its owner and a guest, each at a browser of their own."""

    def __init__(self) -> None:
        self.event = make_event()
        self.tier = make_tier(self.event)
        make_question(self.tier)
        self.guest = make_rsvp(self.event, tier_id=self.tier.pk)
        self.at = f"/e/{self.event.id}"
        self.browsers = {
            "visitor": Client(),
            "owner": self._with(OWNER_COOKIE, self.event.owner_token),
            "guest": self._with(GUEST_COOKIE, self.guest.token),
        }

    def _with(self, name: str, token: str) -> Client:
        client = Client()
        client.cookies[name] = token
        client.get(self.at)  # a link's first use is noted
        return client


@pytest.fixture
def house() -> House:
    return House()


class Made(NamedTuple):
    """A form that makes something: who sends it, where it is shown and where it goes, what it says,
    and what it says when it was edited since."""

    who: str
    shown: str
    goes_to: str
    says: Mapping[str, str]
    edited: Mapping[str, str]


A = "{at}/admin"
FORMS = {
    "event": Made(
        "visitor", "/new", "/new", {"title": "T", "start_time": "2100-01-01T10:00"}, {"title": "U"}
    ),
    "RSVP": Made("visitor", "{at}", "{at}", ANSWER | {"tier_id": "{tier}"}, {"name": "Sky"}),
    "message to the hosts": Made(
        "guest", "{at}/rsvp", "{at}/rsvp/messages", {"content": "C"}, {"content": "D"}
    ),
    "comment": Made("guest", "{at}", "{at}/comments", {"content": "C"}, {"content": "D"}),
    "message of a visitor": Made(
        *("visitor", "{at}/contact", "{at}/contact"),
        *({"name": "V", "email": "v@example.org", "text": "C"}, {"text": "D"}),
    ),
    "report": Made(
        "visitor", "{at}/report", "{at}/report", {"reason": "spam", "text": "T"}, {"text": "U"}
    ),
    "duplicate": Made(
        *("owner", f"{A}/duplicate", f"{A}/duplicate"),
        *({"title": "T", "start_time": "2100-01-01T10:00"}, {"title": "U"}),
    ),
    "guest": Made(
        "owner", f"{A}/guests", f"{A}/guests", WHO | {"tier_id": "{tier}"}, {"name": "M"}
    ),
    "announcement": Made(
        *("owner", f"{A}/messages", f"{A}/messages"),
        *({"content": "C", "visibility": "public"}, {"visibility": "admin"}),
    ),
    "message to a guest": Made(
        *("owner", f"{A}/guests/{{guest}}", f"{A}/guests/{{guest}}/messages"),
        *({"content": "C", "type": "admin_note"}, {"content": "D"}),
    ),
    "link": Made(
        "owner", f"{A}/door", f"{A}/door", {"role": "viewer", "label": "L"}, {"label": "M"}
    ),
    "ticket": Made(
        *("owner", f"{A}/tickets", f"{A}/tickets"), {"name": "T", "currency": "EUR"}, {"name": "U"}
    ),
    "question": Made(
        *("owner", f"{A}/tickets/{{tier}}", f"{A}/tickets/{{tier}}/questions"),
        *({"label": "Q", "kind": "text"}, {"label": "R"}),
    ),
}


class Form:
    """One of FORMS at a house."""

    def __init__(self, house: House, name: str) -> None:
        who, shown, goes_to, says, edited = FORMS[name]
        fill = {"at": house.at, "tier": house.tier.pk, "guest": house.guest.id}
        self.browser = house.browsers[who]
        self.shown, self.goes_to = shown.format(**fill), goes_to.format(**fill)
        self.says = {key: said.format(**fill) for key, said in says.items()}
        self.edited = {key: said.format(**fill) for key, said in edited.items()}

    def key(self) -> str:
        """The key of the form as it is shown now."""
        return key_in(self.browser.get(self.shown))

    def send(self, key: str | None, **edited: str) -> Any:
        """What the page answers; ``edited`` replaces what the form says."""
        keyed = {} if key is None else {"form_key": key}
        return self.browser.post(self.goes_to, self.says | edited | keyed)


def key_in(page: Any) -> str:
    """The key of the one form of a page that makes something."""
    (key,) = KEY.findall(page.content.decode())
    return str(key)


def made(response: Any) -> bool:
    """Whether the form was carried out: a lead to the next page, or the page of a new link."""
    return response.status_code == 303 or "made" in (response.context or {})


@pytest.fixture(params=FORMS)
def form(house: House, request: pytest.FixtureRequest) -> Form:
    return Form(house, request.param)


def test_each_showing_has_a_key_of_its_own(form: Form) -> None:
    assert form.key() != form.key()


def test_three_taps(clock: Clock, form: Form, everything_stored: Callable[[], Any]) -> None:
    """The same page, and the same cookies, which say when they were signed: nothing more is
    written."""
    key = form.key()
    cookies = dict(form.browser.cookies)
    first = form.send(key)
    assert made(first)
    stored = everything_stored()
    for _ in range(2):
        form.browser.cookies.clear()
        form.browser.cookies.update(cookies)  # the first answer did not arrive
        again = form.send(key)
        assert (again.status_code, again.content) == (first.status_code, first.content)
        assert again.get("Location") == first.get("Location")
        assert again.headers["Idempotency-Replayed"] == "true"
        kept = {name: value.OutputString() for name, value in first.cookies.items()}
        kept.pop("csrftoken", None)
        assert {name: again.cookies[name].OutputString() for name in kept} == kept
    assert everything_stored() == stored


def test_edited_since(form: Form, everything_stored: Callable[[], Any]) -> None:
    """Nothing is written, the form comes back as it was filled in, with a fresh key that counts."""
    key = form.key()
    cookies = dict(form.browser.cookies)
    assert made(form.send(key))
    stored = everything_stored()
    form.browser.cookies.clear()
    form.browser.cookies.update(cookies)  # browsers send a link's cookie to its event alone
    again = form.send(key, **form.edited)
    assert again.status_code == 422
    assert "You have already sent this form" in again.content.decode()
    assert everything_stored() == stored
    for name, said in (form.says | form.edited).items():
        if name not in ("tier_id", "visibility", "type"):
            assert said in again.content.decode(), name
    fresh = key_in(again)
    assert fresh != key
    assert made(form.send(fresh, **form.edited))
    assert everything_stored() != stored


@pytest.mark.parametrize("key", [None, "", "1", "x" * 300])
def test_no_key_is_none(house: House, key: str | None) -> None:
    """Scripts, and pages that were open for long: each time is a new one."""
    form = Form(house, "guest")
    for _ in range(2):
        assert form.send(key).status_code == 303
    assert Rsvp.objects.filter(name="N").count() == 2
    assert StoredResponse.objects.count() == 0


def test_what_was_refused_may_be_sent_again(house: House) -> None:
    form = Form(house, "guest")
    key = form.key()
    assert form.send(key, name="").status_code == 400
    assert form.send(key).status_code == 303


def test_the_second_tap_may_bring_the_first_ones_cookie(house: House) -> None:
    """The line was slow only after the first answer's headers."""
    form = Form(house, "RSVP")
    key = form.key()
    first = form.send(key)
    assert form.browser.cookies[GUEST_COOKIE].value
    again = form.send(key)
    assert again.headers["Idempotency-Replayed"] == "true"
    assert again.cookies[GUEST_COOKIE].value == first.cookies[GUEST_COOKIE].value
    assert Rsvp.objects.filter(name="Nia").count() == 1


def test_back_and_edited(house: House) -> None:
    """By now the visitor is a guest, whose page of the event shows no RSVP form otherwise."""
    form = Form(house, "RSVP")
    key = form.key()
    assert form.send(key).status_code == 303
    assert 'name="attendance"' not in form.browser.get(form.shown).content.decode()
    again = form.send(key, name="Sky")
    assert (again.status_code, 'value="Sky"' in again.content.decode()) == (422, True)
    # A guest may comment there, too.
    fresh, _ = KEY.findall(again.content.decode())
    assert form.send(fresh, name="Sky").status_code == 303


def test_the_message_is_shown_once(house: House) -> None:
    """On the page where the last tap ends, whether or not the first one's answer arrived."""
    form = Form(house, "guest")
    key = form.key()
    for _ in range(3):
        answer = form.send(key)
    page = form.browser.get(answer.headers["Location"]).content.decode()
    assert page.count("N is on the list.") == 1


def test_it_belongs_to_one_page_and_one_link(house: House) -> None:
    key = str(uuid4())
    visitor = Client()
    for event in (make_event(), make_event()):
        answer = visitor.post(f"/e/{event.id}", ANSWER | {"form_key": key})
        assert (answer.status_code, "Idempotency-Replayed" in answer) == (303, False)
    for token in (house.event.owner_token, make_link(house.event)):
        browser = Client()
        browser.cookies[OWNER_COOKIE] = token
        said = WHO | {"tier_id": str(house.tier.pk), "form_key": key}
        answer = browser.post(f"{house.at}/admin/guests", said)
        assert (answer.status_code, "Idempotency-Replayed" in answer) == (303, False)


def test_a_link_that_was_replaced_gets_no_old_answer(house: House) -> None:
    """A new door link's page holds that link."""
    form = Form(house, "link")
    key = form.key()
    assert made(form.send(key))
    link = EventLink.objects.get(event_id=house.event.id, role=LinkRole.OWNER)
    rotate_link(event_id=house.event.id, link_id=link.pk)
    assert form.send(key).status_code == 403


def test_a_guest_without_their_link(house: House) -> None:
    """Is led to the event's page; with the link the same form is carried out."""
    form = Form(house, "message to the hosts")
    key, token = form.key(), form.browser.cookies.pop(GUEST_COOKIE).value
    assert form.send(key).headers["Location"] == house.at
    form.browser.cookies[GUEST_COOKIE] = token
    assert form.send(key).headers["Location"] == f"{house.at}/rsvp#talk"
    assert [message.content for message in house.guest.stored.messages.all()] == ["C"]


def test_it_is_kept_for_an_hour_and_for_holders_for_a_day(clock: Clock) -> None:
    house = House()
    for name, hours in (("RSVP", 1), ("guest", 24)):
        form = Form(house, name)
        key = form.key()
        form.send(key)
        clock.advance(hours=hours, minutes=-1)
        assert "Idempotency-Replayed" in form.send(key)
        clock.advance(minutes=1)
        assert "Idempotency-Replayed" not in form.send(key)


def test_it_takes_no_csrf_tokens_place(house: House) -> None:
    """Neither the first time nor again."""
    form = Form(house, "RSVP")
    key = form.key()
    strict = Client(enforce_csrf_checks=True)
    said = form.says | {"form_key": key}
    assert strict.post(form.goes_to, said).status_code == 403
    assert form.send(key).status_code == 303
    assert strict.post(form.goes_to, said).status_code == 403


def test_a_form_that_cannot_be_shown_again(house: House) -> None:
    """A form that changes something needs no key; with one, other contents are refused."""
    owner, key = house.browsers["owner"], str(uuid4())
    path = f"{house.at}/admin/guests/{house.guest.id}/pending"
    assert owner.post(path, {"form_key": key}).status_code == 303
    assert owner.post(path, {"form_key": key, "more": "x"}).status_code == 422


def test_the_events_page_begins_with_the_form_of_an_answer() -> None:
    """Its fields by these names, before any other form; hidden inputs in one order."""
    text = Client().get(f"/e/{make_event().id}").content.decode()
    first = FORM.findall(text)[0]
    for name in ANSWER:
        assert f'name="{name}"' in first
    for hidden in re.findall(r"<input[^>]*hidden[^>]*>", text):
        assert re.fullmatch(r'<input type="hidden" name="[^"]+" value="[^"]*">', hidden), hidden


def test_nobody_can_read_it_in_the_database(
    house: House, everything_stored: Callable[[], Any]
) -> None:
    """The cookies that it hands over are keys."""
    form = Form(house, "event")
    answer = form.send(form.key())
    token = answer.cookies[OWNER_COOKIE].value
    (row,) = StoredResponse.objects.all()
    assert token.encode() not in bytes(row.response)
    assert token not in str(everything_stored())
    assert Event.objects.count() == 2
