"""The page that mails lost links: what it says is the same whether there are any."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from notify.models import Mail
from tests.conftest import Api, Clock, headers_of
from tests.makers import make_event, make_rsvp
from tests.notify.mail.posting import worked

pytestmark = [pytest.mark.django_db, pytest.mark.once]

KNOWN, UNKNOWN = "ana@example.org", "nobody@example.org"
Stored = Callable[[], dict[str, list[str]]]


@pytest.fixture
def mail(settings: Any) -> None:
    """The instance sends mail, into a list."""
    settings.MAIL_ENABLED = True
    settings.SITE_URL = "https://events.example.org"
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"


def written(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, int]:
    """How many rows each table has gained."""
    return {name: len(after[name]) - len(rows) for name, rows in before.items()}


@pytest.fixture(params=["page", "API"])
def ask(request: Any, api: Api, clock: Clock) -> Callable[[str], Any]:
    """Asks for the links of an address, by the page or by the API, while the clock stands."""
    if request.param == "API":
        return lambda email: api.post("lost-links", {"email": email})
    return lambda email: Client().post("/lost", {"email": email})


@pytest.mark.parametrize("on", [True, False])
def test_nothing_tells_whether_there_are_any(
    ask: Callable[[str], Any],
    everything_stored: Stored,
    queries_of: Callable[..., int],
    settings: Any,
    mail: None,
    on: bool,
) -> None:
    """The same answer to the byte, as many rows in the same tables, as many queries; only the
    worker knows the difference."""
    make_event(host_email=KNOWN)
    make_rsvp(make_event(), email=KNOWN)
    worked()
    settings.MAIL_ENABLED = on
    Mail.objects.all().delete()
    found = []
    for address in (KNOWN, UNKNOWN):
        before = everything_stored()
        answers: list[Any] = []
        queries = queries_of(lambda address=address, into=answers: into.append(ask(address)))
        told = (answers[0].status_code, answers[0].content, headers_of(answers[0]))
        found.append((told, queries, written(before, everything_stored())))
    assert found[0] == found[1]
    rows = {name for name, number in found[0][2].items() if number}
    assert rows == ({"notify_mail", "django_tasks_database_dbtaskresult"} if on else set())
    if on:
        assert [letter["To"] for letter in worked()] == [KNOWN]


def test_the_api_answers_alike_without_mail(api: Api, mail: None, settings: Any) -> None:
    """Whoever asks learns nothing of the server either."""
    with_mail = api.post("lost-links", {"email": KNOWN})
    settings.MAIL_ENABLED = False
    without = api.post("lost-links", {"email": KNOWN})
    assert (with_mail.status_code, with_mail.json().keys()) == (202, {"detail"})
    assert (without.status_code, without.content) == (202, with_mail.content)


def test_what_is_no_address(api: Api, everything_stored: Stored, mail: None) -> None:
    """Is refused beside the field, and nothing is written."""
    before = everything_stored()
    for address in ("", "x", "a@b@example.org", "a\nb@example.org"):
        refused = api.post("lost-links", {"email": address})
        assert (refused.status_code, refused.json()["errors"].keys()) == (400, {"email"})
        page = Client().post("/lost", {"email": address})
        assert (page.status_code, list(page.context["form"].errors)) == (400, ["email"])
        assert 'id="id_email_error"' in page.content.decode()
    assert everything_stored() == before


def test_the_page(client: Client, mail: None, settings: Any) -> None:
    """Says what happens next; where no mail is sent it says that, and asks for nothing."""
    sent = client.post("/lost", {"email": KNOWN})
    assert (sent.status_code, sent["Location"]) == (303, "/lost?asked=1")
    asked = client.get("/lost?asked=1")
    assert b'role="status"' in asked.content
    assert b'name="email"' in asked.content
    assert b'role="status"' not in client.get("/lost").content
    settings.MAIL_ENABLED = False
    for path in ("/lost", "/lost?asked=1"):
        off = client.get(path).content
        assert (b'name="email"' in off, b'role="status"' in off) == (False, False)
        assert b"sends no e-mail" in off
    assert KNOWN not in asked.content.decode()


def test_where_it_is_found(client: Client) -> None:
    """At the foot of every page, and in the middle of those that a link would have opened."""
    event = make_event()
    inside = 'button-primary" href="/lost">'
    assert '<a href="/lost">' in client.get("/").content.decode()
    missing = "00000000-0000-4000-8000-000000000000"
    closed = {f"/e/{event.id}/admin": 401, f"/e/{missing}": 404, f"/e/{event.id}/rsvp/x": 404}
    for path, status in closed.items():
        page = client.get(path)
        assert (page.status_code, inside in page.content.decode()) == (status, True), path
    client.get(f"/e/{event.id}/rsvp/{make_rsvp(event).token}")
    refused = client.get(f"/e/{event.id}/admin")
    assert (refused.status_code, inside in refused.content.decode()) == (403, True)
    elsewhere = client.get("/nowhere")
    assert (elsewhere.status_code, inside in elsewhere.content.decode()) == (404, False)


class TestThrottles:
    """By client, and by address whoever asks."""

    @pytest.fixture(autouse=True)
    def _throttled(self, settings: Any, mail: None) -> None:
        settings.THROTTLE = True
        settings.THROTTLE_LOST_LINKS = "3/hour"
        settings.THROTTLE_LOST_LINKS_ADDRESS = "2/hour"

    def test_by_client(self, ask: Callable[[str], Any]) -> None:
        answers = [ask(f"guest{n}@example.org") for n in range(4)]
        assert answers[3].status_code == 429
        assert [each["RateLimit"] for each in answers] == [
            f'"lost_links";r={left};t=3600' for left in (2, 1, 0, 0)
        ]
        assert answers[3]["Retry-After"] == "3600"
        assert Mail.objects.count() == 3

    @pytest.mark.parametrize("address", [KNOWN, UNKNOWN])
    def test_by_address(self, api: Api, clock: Clock, address: str) -> None:
        """From wherever, however it is spelt, whether anybody is known by it."""
        make_rsvp(make_event(), email=KNOWN)
        told = []
        for number, spelt in enumerate((address, address.upper(), address, "bo@example.org")):
            api.client.defaults |= {"REMOTE_ADDR": f"10.0.0.{number}"}
            answer = api.post("lost-links", {"email": spelt})
            told.append((answer.status_code, "Retry-After" in answer))
        assert told == [(202, False), (202, False), (429, True), (202, False)]
        clock.advance(hours=1)
        assert api.post("lost-links", {"email": address}).status_code == 202

    def test_the_page_says_so_too(self, clock: Clock) -> None:
        statuses = [Client().post("/lost", {"email": KNOWN}).status_code for _ in range(3)]
        assert statuses == [303, 303, 429]

    def test_a_link_frees_nobody_but_root_is_free(self, api: Api, root_token: str) -> None:
        token = make_event().owner_token
        asked = [api.post("lost-links", {"email": f"g{n}@example.org"}, token) for n in range(4)]
        assert [each.status_code for each in asked] == [202, 202, 202, 429]
        root = api.post("lost-links", {"email": "root@example.org"}, root_token)
        assert (root.status_code, "RateLimit" in root) == (202, False)
