"""Lists and pages of the admin cost the same at every size, and look at one page of rows."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime
from typing import Any

import pytest
from django.contrib import admin
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.domain.actors import Actor
from accounts.domain.api_keys import issue_key
from accounts.models import Image
from channels.domain.rooms import create_channel
from comments.models import Comment
from config.paging import COUNT_CAP
from events.admin.by_date import ByDate
from events.models import Event, Question
from pages.admin.base import CappedPaginator
from rsvps.domain.checkin import check_in
from rsvps.models import Rsvp
from tests.makers import make_event, make_rsvp, make_tier
from tests.pages.admin.cast import ORGANIZED, House, browser, superuser
from tests.pages.admin.crawling import name_of

pytestmark = pytest.mark.slow

MANY = 3 * COUNT_CAP
_numbers = itertools.count()


def fill(house: House, count: int) -> None:
    """More rows of every model, and more beside the house's own event."""
    actor = Actor(staff_of=house.tenant.pk)
    for _ in range(count):
        number = next(_numbers)
        channel = create_channel(
            name=f"Room {number}", tenant_id=house.tenant.pk, visibility="public"
        )
        event = make_event(actor=actor, title=f"Event {number}", channel_id=channel.pk)
        for each in (event, house.event):
            guest = make_rsvp(each, name=f"Guest {number}", force=True)
            check_in(event_id=each.id, rsvp_id=guest.id)
        Question.objects.create(tier=make_tier(event, name=f"Tier {number}"), label="Why?")
        Comment.objects.create(
            tenant=house.tenant,
            content_type="event",
            content_id=str(event.id),
            author=house.organizer,
            body="Well said.",
        )
        Image.objects.create(
            tenant=house.tenant, file="images/none.png", name="p", size=1, width=1, height=1
        )
        issue_key(user=house.organizer, channel=channel)


@pytest.mark.once
@pytest.mark.django_db
def test_lists_and_pages_cost_the_same_at_two_sizes(
    organizer: Client, ours: House, queries_of: Any
) -> None:
    """Every list, every row's page, every search: three more rows of each model, then twenty."""
    Event.objects.filter(pk=ours.event.id).update(capacity=None)

    def costs() -> dict[str, int]:
        asked = {}
        for model, row in ours.rows.items():
            listed = reverse(name_of(model, "changelist"))
            for address in (
                listed,
                f"{listed}?q=e",
                reverse(name_of(model, "change"), args=[row.pk]),
                reverse(name_of(model, "history"), args=[row.pk]),
            ):
                asked[address] = queries_of(lambda url=address: organizer.get(url))
        return asked

    fill(ours, 3)
    costs()
    few = costs()
    fill(ours, 17)
    assert costs() == few


@pytest.mark.django_db
def test_what_a_list_promises() -> None:
    """No model's list counts everything, and none shows a choice of related rows beside it."""
    for model, model_admin in admin.site._registry.items():
        assert model_admin.show_full_result_count is False, model
        assert issubclass(model_admin.paginator, CappedPaginator), model
        for name in model_admin.list_filter:
            if name is not ByDate:
                assert not model._meta.get_field(str(name)).is_relation, (model, name)
        # What is deleted is looked at on a page of its own.
        assert "delete_selected" not in (model_admin.actions or []), model
    for model in ORGANIZED:
        related = {field.name for field in model._meta.fields if field.is_relation}
        listed = set(map(str, admin.site._registry[model].list_display)) & related
        assert listed <= set(admin.site._registry[model].list_select_related or []), model  # type: ignore[arg-type]


def _crowd(house: House, count: int) -> None:
    """So many more answers to the house's event, one each second, copies made by the database."""
    first = Rsvp.objects.create(
        event_id=house.event.id,
        name="Guest",
        attendance="going",
        created_at=datetime(2030, 1, 1, tzinfo=UTC),
    )
    columns = {field.column: field.column for field in Rsvp._meta.concrete_fields}
    columns |= {"name": "name || ' ' || n", "email": "'guest' || n || '@example.org'"}
    if connection.vendor == "postgresql":
        columns |= {"id": "gen_random_uuid()", "created_at": "created_at + n * interval '1 second'"}
    else:
        later = "datetime(created_at, '+' || n || ' seconds')"
        columns |= {"id": "lower(hex(randomblob(16)))", "created_at": later}
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH RECURSIVE numbers(n) AS "
            "(SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < %s) "
            f"INSERT INTO rsvps_rsvp ({', '.join(columns)}) SELECT {', '.join(columns.values())} "
            "FROM rsvps_rsvp, numbers WHERE id = %s",
            [count - 1, Rsvp._meta.pk.get_db_prep_value(first.pk, connection)],
        )
        if connection.vendor == "postgresql":
            # The plan follows what the server believes of both, whatever ran before.
            cursor.execute("ANALYZE rsvps_rsvp, events_event")


@pytest.mark.django_db
def test_more_answers_than_are_counted(ours: House, theirs: House) -> None:
    """The list, its pages, its filters and the event's page take the queries they took before; a
    look reads one page of rows along an index, and counts to the cap."""
    clients = {"organizer": browser(ours.organizer), "boss": browser(superuser())}
    listed = reverse(name_of(Rsvp, "changelist"))
    pages = [
        listed,
        f"{listed}?approval__exact=approved",
        f"{listed}?event={ours.event.id}",
        f"{listed}?event={ours.event.id}&attendance__exact=going",
        f"{listed}?q=guest",
        reverse(name_of(Event, "change"), args=[ours.event.id]),
        reverse(name_of(Event, "delete"), args=[ours.event.id]),
    ]

    def look(client: Client, url: str) -> tuple[Any, list[str]]:
        with CaptureQueriesContext(connection) as captured:
            answer = client.get(url)
        assert answer.status_code == 200, url
        return answer, [query["sql"] for query in captured]

    _crowd(ours, 200)
    for client in clients.values():
        for url in pages:
            look(client, url)
    few = {(who, url): len(look(clients[who], url)[1]) for who in clients for url in pages}
    _crowd(ours, MANY)
    for (who, url), cost in few.items():
        answer, queries = look(clients[who], url)
        assert len(queries) == cost, (who, url)
        if "changelist" not in answer.resolver_match.view_name.split("_")[-1]:
            continue
        assert len(answer.context["cl"].result_list) == 100
        assert f"More than {COUNT_CAP} RSVPs" in answer.content.decode()
        read = [sql for sql in queries if 'FROM "rsvps_rsvp"' in sql]
        assert all("LIMIT 100" in sql for sql in read), url
    for who in clients:
        plan = _plan(look(clients[who], listed)[1])
        assert "rsvp_by_age" in plan
        assert "SORT" not in plan.upper().replace("TEMP B-TREE", "SORT"), plan
    last = clients["organizer"].get(listed, {"p": COUNT_CAP // 100})
    assert len(last.context["cl"].result_list) == 100
    quiet = browser(theirs.organizer).get(listed)
    assert {str(row.pk) for row in quiet.context["cl"].result_list} == {
        str(theirs.guest.id),
        str(theirs.waiting.id),
    }


def _plan(queries: list[str]) -> str:
    """How the database finds the rows of the page that was looked at."""
    (page,) = [sql for sql in queries if sql.endswith("LIMIT 100")]
    explain = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
    with connection.cursor() as cursor:
        cursor.execute(f"{explain} {page}")
        return "\n".join(str(row[-1]) for row in cursor.fetchall())
