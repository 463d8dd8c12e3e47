"""Comments on events by guests and hosts: the Capability API, and the same thread elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from accounts.enums import LinkRole
from comments.errors import CommentRejected
from comments.models import Comment
from events.models import EventLink
from notify.models import Mail
from outbox.models import Change
from rsvps.domain.approval import back_to_pending, reject
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp, delete_rsvp
from tests.conftest import Api, Clock
from tests.makers import MadeEvent, MadeRsvp, make_event, make_link, make_rsvp
from tests.tenant_cast import COMMENTS, EVENTS, Cast, comment_by, make_cast, said
from tests.wording import in_words

Stored = Callable[[], dict[str, list[str]]]


@pytest.fixture
def event(api: Api) -> MadeEvent:
    return make_event(host_name="Ada")


@pytest.fixture
def rsvp(event: MadeEvent) -> MadeRsvp:
    return make_rsvp(event, name="Ana")


@pytest.fixture
def cast(db: None) -> Cast:
    return make_cast()


def say(api: Api, event: MadeEvent, token: str | None, content: str = "Is there parking?") -> Any:
    """The answer to a comment."""
    return api.post(f"{event.path}/comments", {"content": content}, token)


def thread(api: Api, event: MadeEvent, token: str | None = None, **query: Any) -> list[Any]:
    """What a reader is told, as (author, name, content, own)."""
    body = said(api.get(f"{event.path}/comments", token, **query), 200)
    return [tuple(c[key] for key in ("author", "name", "content", "own")) for c in body["comments"]]


def test_a_comment_whole(api: Api, event: MadeEvent, rsvp: MadeRsvp) -> None:
    """201 with the comment, which is on the list."""
    response = say(api, event, rsvp.token)
    stored = Comment.objects.get()
    expected = {
        "id": str(stored.id),
        "event_id": str(event.id),
        "author": "guest",
        "name": "Ana",
        "content": "Is there parking?",
        "own": True,
        "created_at": f"{stored.created_at:%Y-%m-%dT%H:%M:%S}Z",
    }
    assert (response.status_code, response.json()) == (201, {"comment": expected})
    assert said(api.get(f"{event.path}/comments"), 200) == {
        "comments": [expected | {"own": False}],
        "pagination": {
            "page": 1,
            "per_page": 10,
            "total_pages": 1,
            "total_comments": 1,
            "total_is_capped": False,
            "has_prev": False,
            "has_next": False,
            "prev_page": None,
            "next_page": None,
        },
    }
    assert (stored.author_id, stored.tenant_id, stored.by_host) == (None, None, False)


def test_newest_last_in_pages(api: Api, event: MadeEvent, rsvp: MadeRsvp, clock: Clock) -> None:
    for number in range(5):
        say(api, event, rsvp.token, f"{number}")
        clock.advance(seconds=1)
    pages = [thread(api, event, page=number, per_page=2) for number in (1, 2, 3, 4)]
    assert [[said[2] for said in page] for page in pages] == [["0", "1"], ["2", "3"], ["4"], []]


def test_who_speaks_and_as_whom(api: Api, event: MadeEvent, root_token: str) -> None:
    """Guests by their RSVP, also those in no list; hosts by their own name or the event's."""
    private = make_rsvp(event, name="Pia", is_private=True)
    declining = make_rsvp(event, name="Nils", attendance="not_going")
    pending = make_rsvp(event, name="Pen")
    back_to_pending(event_id=event.id, rsvp_id=pending.id)
    cohost = make_link(event, LinkRole.COHOST, name="Bo")
    for token in (private.token, declining.token, pending.token):
        assert say(api, event, token, "Hi").status_code == 201
    for token in (event.owner_token, cohost, root_token):
        assert say(api, event, token, "Hi").status_code == 201
    assert thread(api, event) == [
        ("guest", "Pia", "Hi", False),
        ("guest", "Nils", "Hi", False),
        ("guest", "Pen", "Hi", False),
        ("host", "Ada", "Hi", False),
        ("host", "Bo", "Hi", False),
        ("host", "Ada", "Hi", False),
    ]
    assert [said[3] for said in thread(api, event, private.token)] == [True] + [False] * 5
    change_rsvp(event_id=event.id, rsvp_id=private.id, values={"name": "Pina"})
    assert thread(api, event)[0][1] == "Pina"
    nameless = make_event()
    say(api, nameless, nameless.owner_token, "Hi")
    assert thread(api, nameless) == [("host", "Host", "Hi", False)]


def test_who_may_not(api: Api, event: MadeEvent, rsvp: MadeRsvp, everything_stored: Stored) -> None:
    """Strangers, helpers, guests of other events, and guests who were declined."""
    declined, other = make_rsvp(event), make_event()
    reject(event_id=event.id, rsvp_id=declined.id)
    elsewhere = make_rsvp(other)
    helpers = [make_link(event, role) for role in (LinkRole.DOOR, LinkRole.VIEWER)]
    EventLink.objects.update(last_used_at="2100-01-01T00:00:00Z")
    before = everything_stored()
    assert say(api, event, None).status_code == 401
    for token in (*helpers, elsewhere.token, other.owner_token):
        response = say(api, event, token)
        assert (response.status_code, response.json()["detail"]) == (
            403,
            in_words("guests_comment"),
        )
    response = say(api, event, declined.token)
    assert (response.status_code, response.json()["detail"]) == (
        403,
        in_words("declined_guests_comment_not"),
    )
    assert everything_stored() == before


def test_a_switch_of_the_hosts(
    api: Api, event: MadeEvent, rsvp: MadeRsvp, everything_stored: Stored
) -> None:
    """Off, nobody comments, and only organizers read what was said; on again, it is back."""
    say(api, event, rsvp.token)
    assert len(thread(api, event)) == 1
    sent = {"comments_enabled": False}
    assert said(api.patch(event.path, sent, event.owner_token), 200)["event"] | sent
    before = everything_stored()
    for token in (rsvp.token, event.owner_token):
        response = say(api, event, token)
        assert (response.status_code, response.json()["code"]) == (403, "comments_closed")
    assert everything_stored() == before
    assert thread(api, event) == thread(api, event, rsvp.token) == []
    assert said(api.get(f"/api/v1/community/comments/event/{event.id}"), 200)["total"] == 0
    assert len(thread(api, event, event.owner_token)) == 1
    update_event(event=event.row, values={"comments_enabled": True})
    assert len(thread(api, event)) == 1


def test_removing(api: Api, event: MadeEvent, rsvp: MadeRsvp, everything_stored: Stored) -> None:
    """By its author and by organizers; another guest, a helper and a stranger are refused."""
    ids = [said(say(api, event, rsvp.token), 201)["comment"]["id"] for _ in range(3)]
    other = make_rsvp(event, name="Ana")
    door, elsewhere = make_link(event, LinkRole.DOOR), make_event()
    EventLink.objects.update(last_used_at="2100-01-01T00:00:00Z")
    before = everything_stored()
    path = f"{event.path}/comments"
    for token in (other.token, door, elsewhere.owner_token):
        assert api.delete(f"{path}/{ids[0]}", token).status_code == 403
    assert api.delete(f"{path}/{ids[0]}").status_code == 401
    for missing in (f"{elsewhere.path}/comments/{ids[0]}", f"{path}/{uuid4()}"):
        assert api.delete(missing, elsewhere.owner_token).status_code == 404
    assert everything_stored() == before
    for id, token in zip(ids, (rsvp.token, event.owner_token), strict=False):
        assert api.delete(f"{path}/{id}", token).status_code == 204
        assert api.delete(f"{path}/{id}", token).status_code == 404
    assert [str(id) for id in Comment.objects.values_list("id", flat=True)] == ids[2:]


@pytest.mark.once
def test_nobody_is_the_author_of_what_has_none(api: Api, event: MadeEvent) -> None:
    """A host's comment has neither account nor RSVP: an API without either is not its author."""
    comment = said(say(api, event, event.owner_token), 201)["comment"]
    rsvp = make_rsvp(event)
    assert api.delete(f"{event.path}/comments/{comment['id']}", rsvp.token).status_code == 403
    assert Comment.objects.count() == 1


def test_a_guest_who_withdraws_takes_their_words_along(
    api: Api, event: MadeEvent, rsvp: MadeRsvp
) -> None:
    say(api, event, rsvp.token)
    say(api, event, event.owner_token, "Yes")
    delete_rsvp(event_id=event.id, rsvp_id=rsvp.id)
    assert thread(api, event) == [("host", "Ada", "Yes", False)]


def test_the_tag_knows_of_comments(api: Api, event: MadeEvent, rsvp: MadeRsvp) -> None:
    """Saying and removing something moves the list's tag and the event's version, not its edit
    version."""
    path, row = f"{event.path}/comments", event.row
    tags = [api.get(path)["ETag"]]
    id = said(say(api, event, rsvp.token), 201)["comment"]["id"]
    tags.append(api.get(path)["ETag"])
    api.delete(f"{path}/{id}", rsvp.token)
    assert tags[0] != tags[1]
    assert (event.row.version, event.row.edit_version) == (row.version + 2, row.edit_version)
    read = api.client.get(f"/api/v1/events/{event.id}/comments", headers={"If-None-Match": tags[0]})
    assert read.status_code == 304


@pytest.mark.once
@pytest.mark.parametrize(
    ("rules", "key"),
    [
        ({"COMMENT_BLOCKED_TERMS": ["parking"]}, "comment_rejected"),
        ({"COMMENT_MAX_LINKS": 0}, "too_many_links_in_comment"),
        ({"COMMENT_MODERATOR": f"{__name__}.refuses"}, "as_told"),
    ],
)
def test_an_event_of_nobodys_has_the_instances_moderation(
    api: Api,
    settings: Any,
    event: MadeEvent,
    rsvp: MadeRsvp,
    rules: dict[str, Any],
    key: str,
    everything_stored: Stored,
) -> None:
    words = "Is there parking? https://example.org"
    assert say(api, event, rsvp.token, words).status_code == 201
    for name, value in rules.items():
        setattr(settings, name, value)
    before = everything_stored()
    response = say(api, event, rsvp.token, words)
    assert (response.status_code, response.json()["code"]) == (400, CommentRejected.code), key
    assert everything_stored() == before


def refuses(text: str, tenant: object) -> str:
    """Has a reason, and is told that there is no tenant."""
    assert tenant is None
    return "Not today."


def test_a_tenants_event_has_its_tenants_moderation(api: Api, cast: Cast, settings: Any) -> None:
    """For guests too; the instance's rules are for events of nobody's."""
    settings.COMMENT_MAX_LINKS = 0
    event = cast.event()
    rsvp = make_rsvp(event)
    assert say(api, event, rsvp.token, "www.example.org").status_code == 201
    cast.tenant.moderation_enabled, cast.tenant.blocked_terms = True, ["parking"]
    cast.tenant.save()
    assert say(api, event, rsvp.token).status_code == 400


def test_one_thread_for_all(api: Api, cast: Cast) -> None:
    """What members say by the Tenant API, and guests by theirs, stands in both."""
    event = cast.event(host_name="Ada")
    rsvp = make_rsvp(event, name="Ana")
    say(api, event, rsvp.token, "One")
    comment_by(cast.colleague, "event", str(event.id), "Two")
    say(api, event, event.owner_token, "Three")
    assert thread(api, event) == [
        ("guest", "Ana", "One", False),
        ("member", cast.colleague.user.display_name, "Two", False),
        ("host", "Ada", "Three", False),
    ]
    read = said(api.get(f"{COMMENTS}/event/{event.id}", cast.colleague.key), 200)["comments"]
    assert [(c["user_id"], c["user_name"], c["comment"]) for c in read] == [
        (None, "Ada", "Three"),
        (str(cast.colleague.id), cast.colleague.user.display_name, "Two"),
        (None, "Ana", "One"),
    ]


def test_members_by_their_standing(api: Api, cast: Cast) -> None:
    """The creator is a host; a member who was declined is silent; admins remove a guest's."""
    event = cast.event()
    body = {"content_type": "event", "content_id": str(event.id), "comment": "Hi"}
    said(api.post(COMMENTS, body, cast.creator.key), 200)
    assert thread(api, event)[0][0] == "host"
    answer = said(
        api.post(f"{EVENTS}/{event.id}/rsvp", {"status": "going"}, cast.colleague.key), 201
    )
    reject(event_id=event.id, rsvp_id=answer["id"])
    assert api.post(COMMENTS, body, cast.colleague.key).status_code == 403
    guest = make_rsvp(event)
    id = said(say(api, event, guest.token), 201)["comment"]["id"]
    assert api.delete(f"{COMMENTS}/{id}", cast.colleague.key).status_code == 403
    assert api.delete(f"{COMMENTS}/{id}", cast.outsider.key).status_code == 404
    assert api.delete(f"{COMMENTS}/{id}", cast.organizer.key).status_code == 200


def test_it_is_told_to_webhooks_and_mailed_to_nobody(
    api: Api, cast: Cast, settings: Any, event: MadeEvent, rsvp: MadeRsvp
) -> None:
    """A tenant's feed and an event's own webhook hear of it; an event nobody listens to writes no
    row."""
    say(api, event, rsvp.token)
    assert not Change.objects.filter(kind="comment.created").exists()
    theirs = cast.event()
    say(api, theirs, make_rsvp(theirs).token)
    settings.MAIL_ENABLED = True
    say(api, event, rsvp.token)
    heard = Change.objects.filter(kind="comment.created").values_list("event_id", flat=True)
    assert set(heard) == {theirs.id, event.id}
    assert not Mail.objects.exists()


def test_comments_are_counted(api: Api, settings: Any, event: MadeEvent, rsvp: MadeRsvp) -> None:
    """A guest's link makes none free: anybody gets one by answering. An organizer's does."""
    settings.THROTTLE, settings.THROTTLE_COMMENTS = True, "2/hour"
    assert [say(api, event, rsvp.token).status_code for _ in range(3)] == [201, 201, 429]
    assert say(api, event, event.owner_token).status_code == 201


def test_as_many_queries_for_any_number(
    api: Api, event: MadeEvent, rsvp: MadeRsvp, queries_of: Any
) -> None:
    """Each comment with its author in one query."""

    def read() -> None:
        assert thread(api, event, per_page=50)

    for number in range(3):
        say(api, event, rsvp.token, f"{number}")
    few = queries_of(read)
    for number in range(17):
        say(api, event, make_rsvp(event).token, f"{number}")
    assert queries_of(read) == few
