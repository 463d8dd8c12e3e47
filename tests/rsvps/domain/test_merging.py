"""Two answers of one guest made one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest

from access.actors import actor_from
from comments.domain.comments import Commenter, post_comment
from comments.domain.messages import write_to_guest, write_to_host
from comments.models import Comment, Message
from config.errors import Conflict, Invalid, NotFound
from events.domain.lifecycle import cancel_event
from events.models import Tier
from outbox.models import Change
from rsvps.domain.approval import approve, reject
from rsvps.domain.capacity import recount, recount_tiers
from rsvps.domain.checkin import check_in, rsvp_of_ticket
from rsvps.domain.event_changes import update_event
from rsvps.domain.merging import merge_rsvps
from rsvps.domain.respond import delete_rsvp
from rsvps.errors import EventCancelled, TicketUnknown
from rsvps.models import CheckIn, Rsvp
from rsvps.rows import RsvpRow, rsvp_rows, same_email_ids
from tests.conftest import Clock
from tests.makers import MadeEvent, MadeRsvp, make_event, make_question, make_rsvp, make_tier
from tests.tenant_cast import make_cast

pytestmark = pytest.mark.django_db
ADDRESS = "ana@example.org"


def merged(event: MadeEvent, goes: MadeRsvp, stays: MadeRsvp) -> RsvpRow:
    """What is left, once the counters were counted anew."""
    row = merge_rsvps(event_id=event.id, rsvp_id=goes.id, into=stays.id)
    assert row == stays.row
    stored = event.stored
    counts = recount(event.id)
    assert {name: getattr(stored, name) for name in counts._fields} == counts._asdict()
    seats = recount_tiers(event.id)
    assert {t.pk: t.seats_taken for t in Tier.objects.filter(event=event.id)} == {
        t.pk: seats.get(t.pk, 0) for t in Tier.objects.filter(event=event.id)
    }
    return row


def answer(row: RsvpRow) -> tuple[str, str, int]:
    return (row.attendance, row.approval, row.guest_count)


def test_one_stays_with_its_link_and_the_other_ends() -> None:
    event = make_event()
    goes = make_rsvp(event, name="Ana", email=ADDRESS, guest_count=3)
    stays = make_rsvp(event, name="Ana L.", email=ADDRESS.upper(), guest_count=1)
    ticket, gone_ticket = stays.ticket, goes.ticket
    before = stays.row
    row = merged(event, goes, stays)
    assert row._replace(edit_version=1, updated_at=before.updated_at) == before._replace(
        guest_count=3, responded_at=row.responded_at
    )
    assert row.edit_version == before.edit_version + 1
    assert (Rsvp.objects.count(), event.row.seats_taken) == (1, 4)
    assert actor_from([stays.token]).rsvp is not None
    assert actor_from([goes.token]).rsvp is None
    assert rsvp_of_ticket(event.id, ticket).pk == stays.id
    with pytest.raises(TicketUnknown):
        rsvp_of_ticket(event.id, gone_ticket)


@pytest.mark.parametrize(
    ("goes", "stays", "found"),
    [
        # One attends: that one stands, whole.
        (("going", 1), ("interested", 4), ("going", "approved", 1)),
        (("interested", 4), ("going", 1), ("going", "approved", 1)),
        (("going", 0), ("not_going", 0), ("going", "approved", 0)),
        # Both say the same: the larger party.
        (("going", 2), ("going", 1), ("going", "approved", 2)),
        (("going", 1), ("going", 2), ("going", "approved", 2)),
        (("interested", 3), ("interested", 0), ("interested", "approved", 3)),
        # Neither attends: what the one says that stays.
        (("interested", 3), ("not_going", 0), ("not_going", "approved", 0)),
    ],
)
def test_which_answer_stands(
    goes: tuple[str, int], stays: tuple[str, int], found: tuple[str, str, int]
) -> None:
    event = make_event()
    one, other = (
        make_rsvp(event, attendance=attendance, guest_count=guests)
        for attendance, guests in (goes, stays)
    )
    assert answer(merged(event, one, other)) == found


def test_who_is_approved_stays_so_and_who_waits_gains_nothing() -> None:
    """A larger party that waits does not come in by being merged into one that is in; who was
    turned down comes in with the answer that was approved."""
    event = make_event(approval_required=True)
    small, large, refused = (make_rsvp(event, guest_count=guests) for guests in (0, 4, 1))
    approve(event_id=event.id, rsvp_id=small.id)
    reject(event_id=event.id, rsvp_id=refused.id)
    assert answer(merged(event, large, small)) == ("going", "approved", 0)
    assert answer(merged(event, small, refused)) == ("going", "approved", 0)
    assert (event.row.seats_taken, event.row.pending_count) == (1, 0)


def test_what_is_missing_is_filled_in() -> None:
    event = make_event()
    goes = make_rsvp(event, email=ADDRESS, pronouns="she", note="Vegan", is_private=True)
    Rsvp.objects.filter(pk=goes.id).update(email_confirmed=True)
    row = merged(event, goes, make_rsvp(event, note="By train"))
    assert (row.email, row.email_confirmed, row.pronouns, row.note, row.is_private) == (
        ADDRESS,
        True,
        "she",
        "By train",
        True,
    )


def test_whose_link_stays_has_not_thereby_read_mail_to_the_address() -> None:
    event = make_event()
    goes, stays = make_rsvp(event, email=ADDRESS), make_rsvp(event, email=ADDRESS)
    Rsvp.objects.filter(pk=goes.id).update(email_confirmed=True)
    assert not merged(event, goes, stays).email_confirmed


def test_a_ticket_goes_with_its_party() -> None:
    """So no tier takes more than it has: the larger party had its seats there already."""
    event = make_event(capacity=4)
    stalls, balcony = make_tier(event, capacity=1), make_tier(event, name="Balcony", capacity=3)
    question = make_question(balcony)
    stays = make_rsvp(event, tier_id=stalls.pk)
    goes = make_rsvp(
        event, tier_id=balcony.pk, guest_count=2, form_answers={str(question.pk): "Nuts"}
    )
    row = merged(event, goes, stays)
    assert (row.tier_id, row.guest_count, row.answers) == (
        balcony.pk,
        2,
        {str(question.pk): "Nuts"},
    )
    assert event.row.seats_taken == 3


def test_what_was_accepted_beyond_the_capacity_stays_accepted() -> None:
    event = make_event()
    stays, goes = make_rsvp(event), make_rsvp(event, guest_count=3)
    update_event(event=event.row, values={"capacity": 2})
    merged(event, goes, stays)
    stored = event.stored
    assert (stored.seats_taken, stored.seats_forced) == (4, 2)


def test_messages_move_and_it_is_logged() -> None:
    event = make_event()
    goes, stays = make_rsvp(event, name="Ana", guest_count=1), make_rsvp(event, name="Ana L.")
    write_to_host(event_id=event.id, rsvp_id=goes.id, content="May I bring a dog?")
    write_to_guest(event_id=event.id, rsvp_id=stays.id, content="Welcome")
    merged(event, goes, stays)
    told = {m.content for m in Message.objects.filter(rsvp=stays.id)}
    assert told == {
        "May I bring a dog?",
        "Welcome",
        "Merged: the RSVP of Ana into that of Ana L., party of 2.",
    }
    assert Message.objects.count() == 3


@pytest.mark.parametrize("first", ["goes", "stays", "only goes", "only stays"])
def test_the_first_check_in_counts(first: str, clock: Clock) -> None:
    event = make_event()
    made = {name: make_rsvp(event) for name in ("goes", "stays")}
    here = [first.removeprefix("only ")]
    if "only" not in first:
        here.append("stays" if first == "goes" else "goes")
    times = []
    for name in here:
        times.append(clock.now)
        check_in(event_id=event.id, rsvp_id=made[name].id)
        clock.advance(minutes=5)
    row = merged(event, made["goes"], made["stays"])
    assert row.checked_in_at == times[0]
    scans = CheckIn.objects.filter(rsvp=row.id).order_by("scanned_at")
    assert [scan.admitted for scan in scans] == [True, False][: len(here)]
    assert check_in(event_id=event.id, rsvp_id=row.id).repeated


def test_an_account_keeps_its_answer() -> None:
    cast = make_cast()
    event = cast.event()
    goes, stays = make_rsvp(event, user=cast.colleague.user), make_rsvp(event)
    assert merged(event, goes, stays).user_id == cast.colleague.id


def test_refusals_change_nothing(everything_stored: Callable[[], dict[str, list[str]]]) -> None:
    cast = make_cast()
    event, other = cast.event(), cast.event()
    one, two = (make_rsvp(event, user=m.user) for m in (cast.colleague, cast.creator))
    elsewhere = make_rsvp(other)
    before = everything_stored()

    def refused(problem: type[Exception], goes: UUID, into: UUID) -> Any:
        with pytest.raises(problem) as raised:
            merge_rsvps(event_id=event.id, rsvp_id=goes, into=into)
        assert everything_stored() == before
        return raised.value

    for into in (one.id, elsewhere.id, uuid4()):
        assert refused(Invalid, one.id, into).errors["into"][0].key == "not_another_rsvp"
    for goes in (elsewhere.id, uuid4()):
        refused(NotFound, goes, one.id)
    assert refused(Conflict, one.id, two.id).key == "two_accounts"
    cancel_event(event_id=other.id)
    with pytest.raises(EventCancelled):
        merge_rsvps(event_id=other.id, rsvp_id=elsewhere.id, into=make_rsvp_in(other))


def make_rsvp_in(cancelled: MadeEvent) -> UUID:
    """A second answer to an event that takes none any more."""
    row = Rsvp.objects.filter(event=cancelled.id).get()
    row.pk = uuid4()
    row.save(force_insert=True)
    return row.pk


def test_who_hears_of_it(settings: Any) -> None:
    """Receivers of the changes hear of both. Nobody is told that they are off the list whose
    mailbox still has an answer; somebody at another address is."""
    settings.MAIL_ENABLED = True
    event = make_event()
    stays = make_rsvp(event, email=ADDRESS, attendance="interested")
    same, other = make_rsvp(event, email="ANA@example.org"), make_rsvp(event, email="b@example.org")
    merged(event, same, stays)
    merged(event, other, stays)
    told = Change.objects.filter(kind__in=["rsvp.deleted", "rsvp.updated"]).order_by("pk")
    assert [
        (change.kind, change.object_id, len(change.erased.get("guests", ()))) for change in told
    ] == [
        ("rsvp.deleted", same.id, 0),
        ("rsvp.updated", stays.id, 0),
        ("rsvp.deleted", other.id, 1),
        ("rsvp.updated", stays.id, 0),
    ]
    assert told[1].data["changed"] == {"attendance": ["interested", "going"]}


def test_whose_answers_have_one_address(queries_of: Callable[..., int]) -> None:
    event, elsewhere = make_event(), make_event()
    one, two = make_rsvp(event, email=ADDRESS), make_rsvp(event, email="ANA@Example.org")
    make_rsvp(elsewhere, email=ADDRESS)
    alone, silent = make_rsvp(event, email="b@example.org"), make_rsvp(event)
    make_rsvp(event)
    rows = rsvp_rows(Rsvp.objects.of_event(event.id).order_by("created_at", "id"))
    found = same_email_ids(event.id, rows)
    assert [found[each.id] for each in (one, two, alone, silent)] == [[two.id], [one.id], [], []]
    assert same_email_ids(event.id, [two.row]) == {two.id: [one.id]}
    assert queries_of(lambda: same_email_ids(event.id, rows)) == 1
    without_address = silent.row
    assert queries_of(lambda: same_email_ids(event.id, [without_address])) == 0


def comment(event: MadeEvent, rsvp: MadeRsvp) -> UUID:
    """What a guest says on the event; its id."""
    return post_comment(
        thread=("event", str(event.id)),
        by=Commenter(rsvp_id=rsvp.id),
        tenant_id=event.row.tenant_id,
        content="Lovely",
    )


def test_what_the_guest_said_is_the_kept_answers() -> None:
    """Comments and messages, which go when that one is withdrawn."""
    event = make_event()
    goes, stays = (make_rsvp(event, email=ADDRESS) for _ in range(2))
    for each in (goes, stays):
        comment(event, each)
        write_to_host(event_id=event.id, rsvp_id=each.id, content="May I bring a cake?")
    merged(event, goes, stays)
    assert list(Comment.objects.values_list("rsvp_id", flat=True)) == [stays.id] * 2
    messages = Message.objects.filter(content="May I bring a cake?")
    assert list(messages.values_list("rsvp_id", flat=True)) == [stays.id] * 2
    delete_rsvp(event_id=event.id, rsvp_id=stays.id)
    assert Comment.objects.count() == 0


def test_it_is_told_which_comments_go_with_their_guest() -> None:
    """Each by its id; those of others stay."""
    cast = make_cast()
    event = cast.event()
    leaves, stays = make_rsvp(event), make_rsvp(event)
    said = [comment(event, each) for each in (leaves, leaves, stays)]
    Change.objects.all().delete()
    delete_rsvp(event_id=event.id, rsvp_id=leaves.id)
    told = Change.objects.filter(kind="comment.deleted").values_list("object_id", flat=True)
    assert (len(told), set(told)) == (2, set(said[:2]))
    assert list(Comment.objects.values_list("id", flat=True)) == [said[2]]
