"""The admin's first page: what is coming, who waits, what was not mailed; in exact numbers."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from access.actors import actor_from
from accounts.domain.actors import Actor
from accounts.models import User
from events.domain.lifecycle import cancel_event
from events.models import Event
from notify.domain.mail.failures import failed_mail
from notify.models import Mail
from pages.admin.chart import HEIGHT, bars
from rsvps.domain.overview import DAYS, Day, overview
from rsvps.models import Rsvp
from tests.conftest import Clock
from tests.makers import make_event, make_rsvp
from tests.pages.admin.cast import House, browser, failed_mail_to, staff
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def of(house: House) -> Actor:
    """The house's organizer as the domain knows them."""
    return actor_from((), user=house.organizer)


def test_what_is_coming(ours: House, theirs: House, clock: Clock) -> None:
    """The next ten by start, with seats; neither those over, nor cancelled, nor another
    tenant's."""
    Event.objects.all().delete()
    actor = Actor(staff_of=ours.tenant.pk)
    now = clock.now
    for number in range(12):
        start = now + timedelta(days=12 - number)
        make_event(actor=actor, title=f"In {12 - number} days", start_time=start, capacity=9)
    over = make_event(actor=actor, start_time=now - timedelta(days=2))
    going_on = make_event(actor=actor, title="On", start_time=now - timedelta(hours=1))
    cancel_event(event_id=make_event(actor=actor, start_time=now + timedelta(hours=1)).id)
    make_event(actor=Actor(staff_of=theirs.tenant.pk), start_time=now + timedelta(hours=1))
    make_rsvp(going_on, guest_count=2)
    board = overview(of(ours), now)
    titles = [event.title for event in board.coming]
    assert titles == ["On", *(f"In {number} days" for number in range(1, 10))]
    first = board.coming[0]
    assert (first.id, first.seats_taken, first.capacity, first.pending_count) == (
        going_on.id,
        3,
        None,
        0,
    )
    assert over.id not in {event.id for event in board.coming}
    assert len(overview(Actor(is_root=True), now).coming) == 10
    assert overview(Actor(), now).coming == []


def test_who_waits(ours: House, theirs: House, clock: Clock) -> None:
    """The ten who wait longest, and how many in all; not for an event that is over."""
    Event.objects.all().delete()
    actor = Actor(staff_of=ours.tenant.pk)
    event = make_event(actor=actor, title="Hall", approval_required=True)
    over = make_event(actor=actor, approval_required=True)
    foreign = make_event(actor=Actor(staff_of=theirs.tenant.pk), approval_required=True)
    for number in range(12):
        clock.advance(minutes=1)
        make_rsvp(event, name=f"Guest {number}", guest_count=number % 2)
    make_rsvp(over, name="Too late")
    make_rsvp(foreign, name="Foreign")
    make_rsvp(event, name="Maybe", attendance="interested")
    Event.objects.filter(pk=over.id).update(start_time=clock.now - timedelta(days=1))
    board = overview(of(ours), clock.now)
    assert board.waiting_in_all == 12
    assert [(guest.name, guest.guest_count) for guest in board.waiting] == [
        (f"Guest {number}", number % 2) for number in range(10)
    ]
    assert {guest.event_title for guest in board.waiting} == {"Hall"}
    assert overview(Actor(is_root=True), clock.now).waiting_in_all == 13


def test_answers_by_day(ours: House, theirs: House, clock: Clock) -> None:
    """Thirty days in UTC, today last, those without answers too."""
    Event.objects.all().delete()
    event = make_event(actor=Actor(staff_of=ours.tenant.pk))
    foreign = make_event(actor=Actor(staff_of=theirs.tenant.pk))
    made = {
        datetime(2030, 5, 1, 0, 0, tzinfo=UTC): 2,
        datetime(2030, 4, 30, 23, 59, 59, tzinfo=UTC): 1,
        datetime(2030, 4, 2, 0, 0, tzinfo=UTC): 3,
        datetime(2030, 4, 1, 23, 59, 59, tzinfo=UTC): 4,
    }
    for moment, count in made.items():
        for _ in range(count):
            rsvp = make_rsvp(event)
            Rsvp.objects.filter(pk=rsvp.id).update(created_at=moment)
    make_rsvp(foreign)
    board = overview(of(ours), clock.now)
    assert [day.date for day in board.days] == [
        date(2030, 4, 2) + timedelta(days=number) for number in range(DAYS)
    ]
    counted = {day.date: day.answers for day in board.days if day.answers}
    assert counted == {date(2030, 4, 2): 3, date(2030, 4, 30): 1, date(2030, 5, 1): 2}
    assert board.answers == 6
    assert overview(Actor(is_root=True), clock.now).answers == 7


def test_bars() -> None:
    """The highest fills the drawing, one answer shows, none does not."""
    days = [Day(date(2030, 1, 1), count) for count in (0, 1, 50, 1000)]
    drawn = bars(days)
    assert [bar.height for bar in drawn] == [0, 2, 6, HEIGHT]
    assert [bar.y + bar.height for bar in drawn] == [HEIGHT] * 4
    assert [bar.x for bar in drawn] == [0, 150, 300, 450]
    assert [bar.height for bar in bars([Day(date(2030, 1, 1), 0)])] == [0]


def test_mail_that_was_given_up(ours: House, theirs: House) -> None:
    """The tenant's, latest first, with the guest; not what is still tried, nor other work, nor
    mail about answers that are gone."""
    Mail.objects.all().delete()
    now = timezone.now()
    first = failed_mail_to(ours.guest, created_at=now - timedelta(hours=2))
    second = failed_mail_to(ours.waiting, reason="away", detail="ConnectionRefusedError")
    failed_mail_to(theirs.guest)
    failed_mail_to(ours.guest, state="sent", reason="")
    failed_mail_to(ours.guest, state="queued", reason="")
    gone = make_rsvp(ours.event, force=True)
    failed_mail_to(gone)
    Rsvp.objects.filter(pk=gone.id).delete()
    failed = failed_mail(of(ours), 10)
    assert [(mail.mail_id, mail.name, mail.problem) for mail in failed] == [
        (
            second.pk,
            "Our own waiting",
            "The mail server could not be reached ConnectionRefusedError",
        ),
        (first.pk, "Our own guest", "The mail could not be written 554 No"),
    ]
    assert {mail.event_title for mail in failed} == {"Our own event"}
    assert len(failed_mail(Actor(is_root=True), 10)) == 3


def test_trying_a_mail_again(organizer: Client, ours: House, mail_on: None) -> None:
    """It is enqueued anew, once, however often it is asked."""
    address = f"/admin/mail/{ours.failed.pk}/again/"
    for _ in range(2):
        assert organizer.post(address).status_code == 302
    assert [mail.state for mail in Mail.objects.filter(rsvp_id=ours.guest.id)] == ["queued"]
    assert in_words("mail_not_failed") in organizer.get("/admin/").content.decode()
    assert organizer.get(address).status_code == 405


def test_what_cannot_be_tried_again(ours: House, theirs: House, settings: Any) -> None:
    """Another tenant's mail, one of an instance that sends none, or without the right to."""
    organizer, onlooker = browser(ours.organizer), browser(_onlooker(ours))
    before = list(Mail.objects.order_by("pk").values_list("pk", "state"))
    organizer.post(f"/admin/mail/{ours.failed.pk}/again/")
    assert "EMAIL_URL is not set" in organizer.get("/admin/").content.decode()
    settings.MAIL_ENABLED = True
    organizer.post(f"/admin/mail/{theirs.failed.pk}/again/")
    assert in_words("mail_not_failed") in organizer.get("/admin/").content.decode()
    assert onlooker.post(f"/admin/mail/{ours.failed.pk}/again/").status_code == 403
    assert "Try again" not in onlooker.get("/admin/").content.decode()
    assert list(Mail.objects.order_by("pk").values_list("pk", "state")) == before


def _onlooker(house: House) -> User:
    user = staff(tenant=house.tenant)
    field = user._meta.get_field("user_permissions").related_model
    assert field is not None
    seen = field._default_manager.filter(codename__in=["view_event", "view_rsvp"])
    user.user_permissions.set(seen)
    return user


def test_the_page_shows_it(organizer: Client, ours: House, theirs: House) -> None:
    """With links to each row, the chart as an image with words, and the numbers as a table."""
    text = organizer.get("/admin/").content.decode()
    for link in (
        f"/admin/events/event/{ours.event.id}/change/",
        f"/admin/rsvps/rsvp/{ours.waiting.id}/change/",
        f"/admin/rsvps/rsvp/?event={ours.event.id}&amp;approval__exact=pending",
        f"/admin/rsvps/rsvp/{ours.guest.id}/change/",
        f"/admin/mail/{ours.failed.pk}/again/",
    ):
        assert link in text
    assert "1 of 10" in text
    assert re.search(r'id="waiting">.*convene-number">1<', text)
    assert re.search(r'id="answers">.*convene-number">2<', text)
    assert '<svg role="img" aria-labelledby="chart-title chart-about"' in text
    assert (text.count("<rect "), text.count('<th scope="row">')) == (30, 30 + 1)
    assert "style=" not in text
    assert theirs.mark not in text


def test_root_sees_all_tenants(boss: Client, ours: House, theirs: House) -> None:
    """Two of everything."""
    context = boss.get("/admin/").context
    board, failed = context["board"], context["failed"]
    assert (len(board.coming), board.waiting_in_all, board.answers, len(failed)) == (
        2,
        2,
        4,
        2,
    )


def test_the_page_costs_the_same_at_every_size(
    organizer: Client, ours: House, queries_of: Any
) -> None:
    """Three more of everything or sixty: one number of queries."""

    def fill(count: int) -> None:
        for number in range(count):
            event = make_event(actor=Actor(staff_of=ours.tenant.pk), approval_required=True)
            failed_mail_to(make_rsvp(event, name=f"Guest {number}"))

    organizer.get("/admin/")
    fill(3)
    few = queries_of(lambda: organizer.get("/admin/"))
    fill(57)
    assert queries_of(lambda: organizer.get("/admin/")) == few
