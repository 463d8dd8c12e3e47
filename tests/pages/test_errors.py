"""Error pages: what happened in words, what to do, and nothing that could break again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.test import Client, RequestFactory

from pages.errors import server_error
from tests.makers import make_event

pytestmark = pytest.mark.once

MISSING = "00000000-0000-4000-8000-000000000000"


def told(answer: Any) -> tuple[str, str]:
    """The heading of a page, and what its main part holds."""
    page = answer.content.decode()
    heading = re.search("<h1>(.*?)</h1>", page)
    main = re.search("<main.*</main>", page, re.DOTALL)
    assert heading
    assert main
    return heading[1], main[0]


@pytest.mark.django_db
def test_they_say_it_in_words_and_lead_on() -> None:
    """A heading without a number, a link to lost links where a link is missing, else a way back."""
    event = make_event()
    asked = {
        f"/e/{event.id}/admin": (401, True),
        f"/e/{MISSING}": (404, True),
        f"/s/{MISSING}": (404, True),
        "/c/none": (404, False),
        "/nowhere": (404, False),
        "/?q=%00": (400, False),
    }
    for path, (status, lost) in asked.items():
        answer = Client().get(path)
        heading, main = told(answer)
        assert answer.status_code == status, path
        assert not re.search(r"\d", heading), path
        assert ('href="/lost"' in main, 'href="/"' in main) == (lost, True), path
        assert answer.content.decode().count("button-primary") == 1, path


@pytest.mark.django_db
def test_a_stale_form_is_told_apart() -> None:
    answer = Client(enforce_csrf_checks=True).post("/lost", {"email": "ana@example.org"})
    assert answer.status_code == 403
    assert told(answer)[0] != told(Client().get("/c/none"))[0]


def test_the_last_one_needs_neither_database_nor_templates(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    """Nor the addresses of style sheets, which may be what broke."""
    settings.TEMPLATES = []
    request = RequestFactory().get("/")
    heading, main = told(server_error(request))
    assert (heading, "button-primary" in main) != ("", False)
    assert b"css/tokens.css" in server_error(request).content

    def fail(name: str) -> str:
        raise ValueError(name)

    monkeypatch.setattr("pages.errors.static", fail)
    bare = server_error(request)
    assert (bare.status_code, told(bare)[0], b"stylesheet" in bare.content) == (500, heading, False)


@pytest.mark.django_db
@pytest.mark.parametrize("mail", [True, False])
def test_help(client: Client, settings: Any, mail: bool) -> None:
    """Each part can be linked to; what this instance does not do is not promised."""
    settings.MAIL_ENABLED = mail
    page = client.get("/help").content.decode()
    parts = re.findall(r'<section class="help-part" id="(\w+)"', page)
    assert parts == ["guests", "hosts", "door", "links"]
    assert set(re.findall(r'href="#(\w+)"', page)) == {"main", *parts}
    _, main = told(client.get("/help"))
    assert ('href="/lost"' in main) == mail
    settings.OPEN_EVENTS = "off"
    assert 'href="/new"' not in client.get("/help").content.decode()
