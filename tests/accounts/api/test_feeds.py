"""The link to one's own calendar, over HTTP and in the admin."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.test import Client
from django.urls import reverse

from accounts.domain.feeds import feed_token
from accounts.domain.organizers import GROUP
from tests.conftest import Api
from tests.makers import make_channel
from tests.tenant_cast import EVENTS, Cast, limited_key, make_cast

OWN, ROTATE = f"{EVENTS}/my-feed", f"{EVENTS}/my-feed/rotate"


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def opens(url: str) -> bool:
    """Whether a link reads a calendar."""
    return bool(Client().get(url.removeprefix("http://testserver")).status_code == 200)


def test_the_same_link_until_it_is_replaced(api: Api, cast: Cast) -> None:
    """Each account has its own; the old one ends at once, and nobody else's."""
    key, other = cast.creator.key, cast.colleague.key
    first = api.get(OWN, key)
    assert (first.status_code, first.json().keys()) == (200, {"url"})
    url, theirs = first.json()["url"], api.get(f"{OWN}/", other).json()["url"]
    assert url == f"http://testserver/feeds/{feed_token(cast.creator.actor)}.ics"
    assert api.get(OWN, key).json()["url"] == url != theirs
    replaced = api.post(ROTATE, token=key)
    assert replaced.status_code == 200
    assert replaced.json()["url"] == api.get(OWN, key).json()["url"] != url
    assert [opens(each) for each in (url, replaced.json()["url"], theirs)] == [False, True, True]


def test_who_has_no_calendar(api: Api, cast: Cast, everything_stored: Any) -> None:
    """A publishable key is nobody; one that is limited to a channel would read past it."""
    club = make_channel("Club", tenant=cast.tenant)
    keys = {"publishable": cast.keys["publishable"], "limited": limited_key(cast.creator, club).key}
    for key in keys.values():
        api.get(EVENTS, key)
    before = everything_stored()
    for key in keys.values():
        for answer in (api.get(OWN, key), api.post(ROTATE, token=key)):
            assert (answer.status_code, answer.json()["code"]) == (403, "not_allowed")
    assert everything_stored() == before


def test_nothing_of_it_is_stored(cast: Cast, everything_stored: Any) -> None:
    """As with every link: a stolen database reads nobody's calendar."""
    token = feed_token(cast.creator.actor)
    stored = "\n".join(row for rows in everything_stored().values() for row in rows)
    assert token[-30:] not in stored


def test_in_the_admin(cast: Cast) -> None:
    """An organizer finds their own, from the first page on, and replaces it."""
    user = cast.organizer.user
    user.groups.add(Group.objects.get(name=GROUP))
    client, page = Client(), reverse("admin:own_calendar")
    client.force_login(user)
    assert f'href="{page}"' in client.get(reverse("admin:index")).content.decode()
    token = feed_token(cast.organizer.actor)
    shown = client.get(page)
    assert shown.context["link"] == f"http://testserver/feeds/{token}.ics"
    assert shown.context["subscribe"] == f"webcal://testserver/feeds/{token}.ics"
    assert "no-store" in shown["Cache-Control"]
    assert client.post(reverse("admin:new_own_calendar"), follow=True).status_code == 200
    assert client.get(page).context["link"] != shown.context["link"]
    assert not opens(shown.context["link"])
