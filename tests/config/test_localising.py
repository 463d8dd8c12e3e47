"""Which language an answer is in, and what caches are told of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from config.languages import RIGHT_TO_LEFT
from tests.makers import make_event

pytestmark = [pytest.mark.django_db, pytest.mark.once]
COOKIE = "convene_language"


def language_of(answer: Any) -> tuple[str, str]:
    """The language that the header names, and the one of the page."""
    page = answer.content.decode()
    return answer["Content-Language"], page.partition('<html lang="')[2].partition('"')[0]


@pytest.mark.parametrize(
    ("accepted", "spoken"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("tlh, fr-CA;q=0.4, es;q=0.3", "fr"),
        ("ES", "es"),
        ("tlh", "en"),
        ("*", "en"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("\x7f;;q=,,=", "en"),
        ("ar", "en"),
    ],
)
def test_a_browser_is_answered_in_its_language(client: Client, accepted: str, spoken: str) -> None:
    assert language_of(client.get("/", headers={"Accept-Language": accepted})) == (spoken, spoken)


def test_a_choice_is_kept(client: Client) -> None:
    """It goes before what the browser accepts; another choice goes before it."""
    german = {"Accept-Language": "de"}
    chosen = client.get("/channels?lang=fr", headers=german)
    assert language_of(chosen) == ("fr", "fr")
    cookie = chosen.cookies[COOKIE]
    assert (cookie.value, cookie["path"], cookie["samesite"]) == ("fr", "/", "Lax")
    assert cookie["httponly"]
    assert language_of(client.get("/new", headers=german)) == ("fr", "fr")
    assert language_of(client.get("/admin/login/", headers=german)) == ("fr", "fr")
    assert not client.get("/channels?lang=fr").cookies
    assert language_of(client.get("/?lang=es")) == ("es", "es")
    assert language_of(client.get("/")) == ("es", "es")


@pytest.mark.parametrize("said", ["", "tlh", "de%00", "../../etc", "x" * 600, "ar-xb"])
def test_a_language_that_is_not_spoken_is_no_choice(client: Client, said: str) -> None:
    answer = client.get(f"/?lang={said}", headers={"Accept-Language": "es"})
    assert language_of(answer) == ("es", "es")
    assert COOKIE not in answer.cookies
    if "%" not in said:
        client.cookies[COOKIE] = said
        assert language_of(client.get("/")) == ("en", "en")


def test_a_form_keeps_no_choice(client: Client) -> None:
    """It is answered in its language all the same."""
    answer = client.post("/lost?lang=de", {"address": "no address"})
    assert (answer["Content-Language"], COOKIE in answer.cookies) == ("de", False)


def test_apis_know_no_cookie_and_no_parameter(client: Client) -> None:
    event = make_event()
    client.cookies[COOKIE] = "de"
    for path in (f"/api/v1/events/{event.id}", "/api/v1/channels", "/social/api/v1/events"):
        for accepted in ("fr", "es"):
            answer = client.get(path, headers={"Accept-Language": accepted})
            assert answer["Content-Language"] == accepted
            vary = [each.strip() for each in answer["Vary"].split(",")]
            assert (vary.count("Accept-Language"), vary.count("Cookie")) == (1, 0)


def test_pages_vary_by_both(client: Client) -> None:
    for path in ("/", "/new", "/admin/login/", f"/e/{make_event().id}", "/nowhere"):
        vary = [each.strip() for each in client.get(path)["Vary"].split(",")]
        assert (vary.count("Accept-Language"), vary.count("Cookie")) == (1, 1), path


def test_what_other_sites_show_reads_and_sets_no_cookie(client: Client) -> None:
    """The site that shows it may choose the language."""
    client.cookies[COOKIE] = "de"
    path = f"/embed/e/{make_event().id}"
    answer = client.get(f"{path}?lang=fr", headers={"Accept-Language": "es"})
    assert (language_of(answer), answer.cookies) == (("fr", "fr"), {})
    assert answer["Vary"] == "Accept-Language, Accept-Encoding"
    assert language_of(client.get(path, headers={"Accept-Language": "es"})) == ("es", "es")


def test_what_machines_read_is_the_same_for_all(client: Client) -> None:
    """Probes and the OpenAPI document are in English."""
    for path in ("/healthz", "/api/schema/"):
        answers = [client.get(path, headers={"Accept-Language": each}) for each in ("de", "en")]
        assert answers[0].content == answers[1].content
        assert "Content-Language" not in answers[0]


def test_right_to_left(client: Client, settings: Any) -> None:
    """A developer's way to see every page mirrored."""
    assert '<html lang="en" dir="ltr"' in client.get("/").content.decode()
    settings.LANGUAGES = [*settings.LANGUAGES, RIGHT_TO_LEFT]
    answer = client.get("/?lang=ar-xb")
    assert '<html lang="ar-xb" dir="rtl"' in answer.content.decode()
    assert answer.cookies[COOKIE].value == "ar-xb"


def test_the_switch_keeps_the_rest_of_the_address(client: Client) -> None:
    page = client.get("/?q=a%26b&lang=de").content.decode()
    assert (
        '<a href="?q=a%26b&amp;lang=fr" lang="fr" hreflang="fr" rel="nofollow">Français</a>' in page
    )
    assert page.count('lang="de" hreflang="de" aria-current="true"') == 1
