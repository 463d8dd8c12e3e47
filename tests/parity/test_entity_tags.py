"""Entity tags over the four APIs: whatever changes an answer changes its tag, and a reader who has
the answer is sent nothing but the tag."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any, NamedTuple

import pytest

from accounts.domain.tenants import update_tenant, update_user
from accounts.enums import LinkRole
from comments.domain.accounts import delete_account
from comments.domain.anonymising import anonymise
from comments.domain.comments import delete_comment
from comments.domain.messages import announce, delete_message, write_to_guest, write_to_host
from comments.models import Comment
from config.kept import KEPT
from events.domain.channel_changes import update_channel
from events.domain.covers import describe_cover, remove_cover
from events.domain.lifecycle import cancel_event
from events.domain.links import delete_link, make_link, revoke_link, rotate_link
from events.domain.live import remove_stream, set_stream
from events.models import EventLink
from rsvps.domain.approval import approve, back_to_pending, reject
from rsvps.domain.capacity import restate
from rsvps.domain.checkin import check_in, delete_scan, undo_check_in
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, delete_rsvp, rotate_guest_link
from rsvps.domain.tiers import create_tier, delete_tier, update_tier
from rsvps.models import CheckIn
from tests.conftest import Api, Clock
from tests.makers import make_rsvp
from tests.parity.tagged import BY_BYTES, BY_VERSION, EVENT, TAGGED, TENANT, Tags, make_tags
from tests.tenant_cast import comment_by

pytestmark = pytest.mark.once

Act = tuple[str, bool, Callable[[], Any]]


class Seen(NamedTuple):
    """What one reader was told."""

    status: int
    body: bytes
    tag: str | None


@pytest.fixture
def tags(api: Api, clock: Clock) -> Tags:
    return make_tags(api)


def look(tags: Tags) -> dict[tuple[str, str], Seen]:
    """Every tagged answer to every reader."""
    seen = {}
    for path, who in TAGGED:
        answer = tags.ask(path, who)
        seen[path, who] = Seen(answer.status_code, answer.content, answer.get("ETag"))
    return seen


def acts(tags: Tags) -> Iterator[Act]:
    """What can happen to an event and around it: a name, whether an editor changed the event, and
    the change."""
    event, guest, cast = tags.event, tags.guest, tags.social.cast
    on: dict[str, Any] = {"event_id": event.id}
    one = on | {"rsvp_id": guest.id}

    def change(**values: Any) -> None:
        update_event(event=event.row, values=values)

    # Answers.
    yield "an RSVP", False, lambda: make_rsvp(event, name="Gusta", attendance="interested")
    yield "a private RSVP", False, lambda: make_rsvp(event, name="Pia", force=True, is_private=True)
    yield "a name", False, lambda: change_rsvp(**one, values={"name": "Gustav"})
    yield "a note", False, lambda: change_rsvp(**one, values={"note": "Late"})
    yield "a party", False, lambda: change_rsvp(**one, values={"guest_count": 2}, force=True)
    yield "approval asked for", True, lambda: change(approval_required=True)
    yield "put back", False, lambda: back_to_pending(**one)
    yield "declined", False, lambda: reject(**one, reason="No room")
    yield "another reason", False, lambda: reject(**one, reason="Really none")
    yield "approved", False, lambda: approve(**one)
    member = on | {"rsvp_id": tags.member.id}
    yield "a member waits", False, lambda: back_to_pending(**member)
    yield "a member is approved", False, lambda: approve(**member)
    # The door.
    door = EventLink.objects.get(event_id=event.id, role=LinkRole.DOOR)
    yield "checked in", False, lambda: check_in(**one, link_id=door.pk)
    yield "scanned again", False, lambda: check_in(**one)
    yield "taken back", False, lambda: undo_check_in(**one)
    yield "checked in again", False, lambda: check_in(**one, link_id=door.pk)
    scan = CheckIn.objects.filter(event_id=event.id).order_by("received_at", "id")
    yield "a scan removed", False, lambda: delete_scan(**on, scan_id=scan[0].pk)
    # Words.
    yield "a message", False, lambda: write_to_guest(**one, content="Hello")
    yield "a guest's message", False, lambda: write_to_host(**one, content="Hello back")
    yield (
        "a note on a guest",
        False,
        lambda: write_to_guest(**one, content="VIP", type="admin_note"),
    )
    yield "an announcement", False, lambda: announce(**on, content="Bring shoes")
    yield "a comment", False, lambda: comment_by(cast.creator, "post", str(tags.post))
    yield (
        "no comment",
        False,
        lambda: delete_comment(comment_id=Comment.objects.latest("created_at").pk),
    )
    yield "said on the event", False, lambda: comment_by(cast.creator, "event", str(event.id))
    yield (
        "said on it no more",
        False,
        lambda: delete_comment(comment_id=Comment.objects.latest("created_at").pk),
    )
    yield "no announcement", False, lambda: delete_message(**on, message_id=tags.post)
    # What editors write.
    yield "a title", True, lambda: change(title="Lisbon Meetup")
    yield "a time", True, lambda: change(start_time=event.row.start_time + timedelta(hours=1))
    yield "shown to all", True, lambda: change(approval_required=False, hide_location=False)
    yield "metadata", True, lambda: change(metadata={"a": [1]})
    yield "a capacity", True, lambda: change(capacity=2)
    yield "a tier", True, lambda: create_tier(**on, values={"name": "Balcony"})
    tier = on | {"tier_id": tags.tier.pk}
    yield "a tier's name", True, lambda: update_tier(**tier, values={"name": "Stalls"})
    asked = {"questions": [{"label": "Who?"}]}
    yield "a tier's form", True, lambda: update_tier(**tier, values=asked)
    other = event.stored.tiers.exclude(pk=tags.tier.pk)
    yield "no tier", True, lambda: delete_tier(**on, tier_id=other.get().pk)
    watched = {"status": "recorded", "recordings": [{"url": "https://video.example.org/1"}]}
    yield "a recording", True, lambda: set_stream(**on, values=watched)
    yield "no stream", True, lambda: remove_stream(**on)
    yield "a cover's words", True, lambda: describe_cover(**on, alt_text="A garden")
    yield "no cover", True, lambda: remove_cover(event=event.row)
    # Links.
    yield "a link", False, lambda: make_link(**on, role=LinkRole.VIEWER, label="Press")
    yield "a link used up", False, lambda: revoke_link(**on, link_id=door.pk)
    yield "no link", False, lambda: delete_link(**on, link_id=door.pk)
    yield "a guest's new link", False, lambda: rotate_guest_link(**member)
    # Around it.
    channel = tags.social.channel.pk
    yield (
        "a channel's name",
        True,
        lambda: update_channel(channel_id=channel, values={"name": "Club of clubs"}),
    )
    yield (
        "a channel's words",
        False,
        lambda: update_channel(channel_id=channel, values={"description": "Old friends"}),
    )
    yield (
        "a person's name",
        False,
        lambda: update_user(user_id=cast.creator.id, values={"display_name": "Corazon"}),
    )
    yield (
        "a tenant's name",
        False,
        lambda: update_tenant(tenant_id=cast.tenant.pk, values={"name": "Acme & Sons"}),
    )
    yield (
        "a member organizes",
        False,
        lambda: update_user(user_id=cast.colleague.id, values={"is_staff": True}),
    )
    yield (
        "and no longer",
        False,
        lambda: update_user(user_id=cast.colleague.id, values={"is_staff": False}),
    )
    yield "counted anew", False, lambda: restate(event.id)
    yield "featured", True, lambda: change(featured=True)
    yield "in another's place", True, lambda: tags.social.event(channel_id=channel, featured=True)
    yield "closed", True, lambda: change(rsvps_closed=True)
    yield "called off", True, lambda: cancel_event(**on)
    yield (
        "an RSVP withdrawn",
        False,
        lambda: delete_rsvp(**on, rsvp_id=event.stored.rsvps.get(name="Gusta").pk),
    )
    yield "an account erased", False, lambda: delete_account(user_id=cast.colleague.id)
    yield "a creator erased", False, lambda: delete_account(user_id=cast.creator.id)
    yield "made anonymous", False, lambda: anonymise(**on)
    owner = EventLink.objects.get(event_id=event.id, role=LinkRole.OWNER)
    yield "the owner's new link", False, lambda: rotate_link(**on, link_id=owner.pk)
    yield "made private", True, lambda: change(is_private=True)


def test_whatever_changes_an_answer_changes_its_tag(tags: Tags, clock: Clock) -> None:
    """One change after the other, all answers looked at after each; with the tag from before, a
    reader is sent the new answer, or nothing if it is the same: a third of them each time."""
    before, moved = look(tags), set()
    for turn, (name, edited, act) in enumerate(acts(tags)):
        clock.advance(seconds=1)
        edit_version = tags.event.stored.edit_version
        act()
        assert tags.event.stored.edit_version == edit_version + edited, name
        now = look(tags)
        for number, ((path, who), old) in enumerate(before.items()):
            new = now[path, who]
            assert (new.tag is not None) == (new.status == 200), (name, path, who)
            if old.status != 200 or new.status != 200:
                continue
            if new.body != old.body:
                assert new.tag != old.tag, (name, path, who)
                moved.add((path, who))
            same = new.tag == old.tag
            if (number + turn) % 3 == 0:
                again = tags.ask(path, who, If_None_Match=old.tag or "")
                assert (again.status_code, again["ETag"]) == (304 if same else 200, new.tag)
                assert again.content == (b"" if same else new.body)
            if (path, who) in BY_BYTES:
                assert same == (new.body == old.body), (name, path, who)
        before = now
    assert moved == set(TAGGED)


def test_what_happens_elsewhere_changes_no_tag(tags: Tags) -> None:
    """Another event, with all that comes to it."""
    before = look(tags)
    other = tags.social.event(title="Another")
    make_rsvp(other)
    announce(event_id=other.id, content="Elsewhere")
    after = look(tags)
    assert {key: after[key].tag for key in BY_VERSION} == {
        key: before[key].tag for key in BY_VERSION
    }


def test_nobody_is_sent_another_reader_s_tag(tags: Tags) -> None:
    """Each reader at each address has tags of their own: none stands for two answers."""
    told = [seen.tag for seen in look(tags).values()]
    assert None not in told
    assert len(set(told)) == len(told)
    for path, who in TAGGED:
        mine = tags.ask(path, who)
        everybody_s = ", ".join(sorted({tag for tag in told if tag and tag != mine["ETag"]}))
        answer = tags.ask(path, who, If_None_Match=everybody_s)
        assert (answer.status_code, answer.content) == (200, mine.content), (path, who)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_what_a_304_holds(tags: Tags, method: str) -> None:
    """The tag and what caches are told, as the 200 says it, and no body; by weak comparison, in a
    list, and for any tag. A header that makes no sense is as good as none. Each reader says a few
    of them, others than the one before."""
    kept = ("ETag", "Cache-Control", "Vary", "X-Robots-Tag")
    for turn, (path, who) in enumerate(TAGGED):
        whole = tags.ask(path, who, method)
        tag = whole["ETag"]
        assert tag.startswith('"')
        matching = (tag, f"W/{tag}", f'"other", {tag}', f', "a,b" ,{tag},', "*", " * ")
        for said in matching[turn % 3 :: 3]:
            answer = tags.ask(path, who, method, If_None_Match=said)
            assert (answer.status_code, answer.content) == (304, b""), (path, said)
            assert "Content-Type" not in answer
            assert [answer.get(name) for name in kept] == [whole.get(name) for name in kept]
        others = (tag.strip('"'), tag[:-1], f"{tag} *", f"{tag};", '"other"', "")
        for said in others[turn % 3 :: 3]:
            answer = tags.ask(path, who, method, If_None_Match=said)
            assert (answer.status_code, answer.content) == (200, whole.content), (path, said)


def test_nothing_is_confirmed_that_may_not_be_read(tags: Tags) -> None:
    """Authorisation comes first, and so does whether there is anything."""
    for path, who in ((f"{EVENT}/rsvps", "guest"), (f"{EVENT}/links", "nobody")):
        tag = tags.ask(path, "owner")["ETag"]
        for said in (tag, "*"):
            answer = tags.ask(path, who, If_None_Match=said)
            assert answer.status_code in (401, 403)
            assert "ETag" not in answer
    for path in (f"{EVENT}/tiers/{tags.event.id}", f"{EVENT}?rsvps_after=x"):
        assert tags.ask(path, "nobody", If_None_Match="*").status_code in (400, 404)


def test_the_clock(tags: Tags, clock: Clock) -> None:
    """Closing, going live and ending are told at once, by every answer that shows them."""
    row = tags.event.row
    end = row.start_time + timedelta(hours=2)
    close = row.start_time - timedelta(hours=2)
    update_event(event=row, values={"end_time": end, "rsvp_close_at": close})
    for moment in (close, row.start_time, end):
        clock.advance(seconds=(moment - clock.now).total_seconds() - 1)
        before = look(tags)
        clock.advance(seconds=1)
        after = look(tags)
        changed = {key for key in TAGGED if after[key].body != before[key].body}
        assert {(EVENT, "nobody"), (TENANT, "colleague")} <= changed
        for key in changed:
            assert after[key].tag != before[key].tag, key


def test_language_and_base_url(tags: Tags, settings: Any) -> None:
    """Both shape answers, whatever they do today."""
    first = look(tags)
    settings.SITE_URL = "https://convene.example.org"
    second = look(tags)
    tags.api.client.defaults["HTTP_ACCEPT_LANGUAGE"] = "de"
    third = look(tags)
    for key in BY_VERSION:
        assert len({first[key].tag, second[key].tag, third[key].tag}) == 3, key


def test_another_release_makes_other_tags(tags: Tags, monkeypatch: pytest.MonkeyPatch) -> None:
    first = look(tags)
    monkeypatch.setattr("api.conditional.release", lambda: "another")
    KEPT.clear()
    second = look(tags)
    assert {first[key].tag for key in TAGGED} & {second[key].tag for key in TAGGED} == set()
