"""Whatever is typed into an address or a form of the admin: an answer, and never an error."""

from __future__ import annotations

import pytest
from django.contrib import admin
from django.test import Client
from django.urls import reverse

from events.models import Event
from rsvps.models import Rsvp
from tests.pages.admin.cast import House
from tests.pages.admin.crawling import action_names, name_of

pytestmark = [pytest.mark.django_db, pytest.mark.slow, pytest.mark.stricter]
GARBAGE = ("garbage", "%00", "9" * 400, "%F0%9F%8E%AA_5F")
ODD_QUERIES = (
    "o=999&p=abc",
    "o=1.-2.3..x&p=99999999999999999999999",
    "p=-5",
    "p=0&all=",
    "q=%00",
    "q=" + "x" * 5000,
    "q=" + "%28" * 2000,
    "e=1",
    "_popup=1&_to_field=id",
    "_facets=1",
    "id__exact=garbage",
    "start_time__year=99999&start_time__month=13",
    "start_time__year=0",
    "start_time__year=abc",
    "start_time__day=31&start_time__month=2&start_time__year=2030",
    "attendance__exact=%00&format__exact=%00&kind__exact=%00",
    "is_private__exact=abc",
    "is_private__isnull=maybe",
    "event=garbage&tier=garbage",
    "event__id__exact=%00",
    "_changelist_filters=garbage",
)
# Questions about somebody else's rows, or about columns that are not shown.
REFUSED_LOOKUPS = (
    "tenant__name=x",
    "event__tenant__slug__startswith=their",
    "tenant__slug__startswith=their",
    "event__title__startswith=T",
    "rsvp__email__contains=@",
    "user__password__startswith=p",
    "digest__startswith=a",
    "title__regex=(",
    "metadata__x__regex=(",
    "created_at__gte=0001-01-01",
    "start_time__gte=0001-01-01T00:00%2B14:00",
    "start_time__lt=garbage",
)


@pytest.mark.parametrize("who", ["organizer", "boss"])
def test_odd_input_breaks_no_page(
    who: str, ours: House, theirs: House, request: pytest.FixtureRequest
) -> None:
    """Ids that are none, pages that are not there, lookups nobody offers, garbage in forms."""
    client: Client = request.getfixturevalue(who)
    rows = admin.site._registry if who == "boss" else ours.rows
    for number, model in enumerate(rows):
        # One code answers for all models: one is asked everything, others an eighth each.
        share = 1 if model is (Event if who == "organizer" else Rsvp) else 8
        listed = reverse(name_of(model, "changelist"))
        for query in ODD_QUERIES[number % share :: share]:
            answer = client.get(f"{listed}?{query}", follow=True)
            assert answer.status_code in (200, 400), (model, query)
        for query in REFUSED_LOOKUPS[number % share :: share]:
            assert client.get(f"{listed}?{query}").status_code == 400, (model, query)
        for garbage in GARBAGE[number % share :: share]:
            for page in ("change", "history", "delete"):
                answer = client.get(f"{listed}{garbage}/{page}/")
                assert answer.status_code in (302, 403, 404), (model, garbage, page)
                # To the start, which says what was not found. It costs more than all the rest, and
                # is the same for every model.
                assert answer.get("Location", "/admin/") == "/admin/", (model, garbage, page)
            for action in ("delete_selected", "no_such", *action_names(model)[-1:]):
                act = {"action": action, "_selected_action": [garbage], "post": "yes"}
                assert client.post(listed, act).status_code in (200, 302, 403), (model, action)
    assert client.get("/admin/").status_code == 200
    for query in ("app_label=x", "app_label=events&model_name=tier&field_name=id&term=%00"):
        assert client.get(f"{reverse('admin:autocomplete')}?{query}").status_code == 403
    term = "app_label=rsvps&model_name=rsvp&field_name=event"
    for more in ("&term=" + "x" * 5000, "&page=abc", "&page=999"):
        answer = client.get(f"{reverse('admin:autocomplete')}?{term}{more}")
        assert answer.status_code in (200, 404), more
    assert client.get("/admin/r/1/garbage/").status_code == 404


@pytest.mark.parametrize("who", ["organizer", "boss"])
def test_odd_forms_break_no_page(
    who: str, ours: House, theirs: House, request: pytest.FixtureRequest
) -> None:
    """Every form with NULs and with huge numbers, some empty, others with texts where numbers
    belong: the form comes back or the answer is a redirect, and nothing is half-written."""
    client: Client = request.getfixturevalue(who)
    turn = 0
    for model, row in ours.rows.items():
        pages = [reverse(name_of(model, "add")), reverse(name_of(model, "change"), args=[row.pk])]
        # The superuser's forms have a few more fields, the same on both pages.
        for page in pages if who == "organizer" else pages[1:]:
            shown = client.get(page)
            if shown.status_code == 403:
                continue
            fields = shown.context["adminform"].form.fields
            turn += 1
            for value in ("\0", "9" * 60, ("", "[", "{}", "é" * 9_000)[turn % 4]):
                form = dict.fromkeys(fields, value)
                form |= {"start_time": value}
                # As many rows as Django lets through take seconds to draw: seven are as odd.
                rows = "7" if value.isdigit() else value
                form |= {"tiers-TOTAL_FORMS": rows, "questions-TOTAL_FORMS": rows}
                form |= {"tiers-INITIAL_FORMS": rows}
                answer = client.post(page, form)
                assert answer.status_code in (200, 302, 403), (page, value[:5])
