"""Comments on posts: public announcements by their UUID, beside events and numbered content."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest

from comments.domain.erasing import delete_event
from comments.domain.messages import announce, write_to_guest
from comments.models import Comment
from tests.conftest import Api
from tests.makers import make_channel, make_event, make_rsvp
from tests.tenant_cast import COMMENTS, Cast, comment_by, limited_key, make_cast, said
from tests.wording import in_words

pytestmark = pytest.mark.once


@pytest.fixture
def cast(db: None) -> Cast:
    """Who calls."""
    return make_cast()


def post(cast: Cast, **values: Any) -> str:
    """The id of a public announcement of the creator's event."""
    return str(announce(event_id=cast.event(**values).id, content="Doors at six").id)


def send(api: Api, post_id: object, key: str | None) -> Any:
    """A comment on the post."""
    sent = {"content_type": "post", "content_id": post_id, "comment": "See you"}
    return api.post(COMMENTS, sent, key)


def test_a_comment_on_a_post(api: Api, cast: Cast) -> None:
    """The announcement's UUID is the content id, in any spelling; it comes back as it is
    written."""
    post_id = post(cast)
    made = said(send(api, post_id.upper(), cast.colleague.key), 200)
    assert (made["content_type"], made["content_id"]) == ("post", post_id)
    assert (made["comment"], made["user_name"]) == ("See you", "Colin")
    for spelling in (post_id, post_id.upper(), post_id.replace("-", "")):
        for key in (None, cast.colleague.key, cast.keys["publishable"]):
            read = said(api.get(f"{COMMENTS}/post/{spelling}", key), 200)
            assert (read["comments"], read["total"]) == ([made], 1)


def test_numbers_still_work(api: Api, cast: Cast) -> None:
    """A post may be somebody else's, known by a number; it has a thread of its own."""
    post_id = post(cast)
    said(send(api, post_id, cast.creator.key), 200)
    made = said(send(api, 123, cast.creator.key), 200)
    assert made["content_id"] == 123
    for content_id in (123, post_id):
        read = said(api.get(f"{COMMENTS}/post/{content_id}"), 200)
        assert [each["content_id"] for each in read["comments"]] == [content_id]


def test_what_is_no_post_to_the_caller(
    api: Api, cast: Cast, everything_stored: Callable[[], Any]
) -> None:
    """Unknown, internal, a word to a guest, an event's id, another tenant's: the same 404, to
    read and to write, and nothing is written."""
    event = cast.event()
    guest = make_rsvp(event)
    theirs = cast.event(cast.outsider)
    ids = [
        uuid4(),
        announce(event_id=event.id, content="Between us", visibility="admin").id,
        announce(event_id=event.id, content="Between us", type="event_internal").id,
        write_to_guest(event_id=event.id, rsvp_id=guest.id, content="Just us").id,
        event.id,
        announce(event_id=theirs.id, content="Umbrella").id,
        announce(event_id=make_event().id, content="Nobody's").id,
    ]
    stored = everything_stored()
    for key in (cast.creator.key, cast.organizer.key):
        for post_id in ids:
            for answer in (
                send(api, str(post_id), key),
                api.get(f"{COMMENTS}/post/{post_id}", key),
            ):
                assert said(answer, 404) == {
                    "detail": in_words("post_not_found"),
                    "code": "not_found",
                }
    assert everything_stored() == stored


@pytest.mark.parametrize("content_id", ["x", "", None, 1.5, True, [], "123"])
def test_what_is_no_id(api: Api, cast: Cast, content_id: Any) -> None:
    """400 names the field."""
    body = said(send(api, content_id, cast.creator.key), 400)
    assert list(body["errors"]) == ["content_id"]
    assert said(api.get(f"{COMMENTS}/post/x"), 400)["errors"] == {
        "content_id": [in_words("not_a_content_id")]
    }
    assert not Comment.objects.exists()


def test_a_private_events_posts(api: Api, cast: Cast) -> None:
    """Who has the post's id reads on, within the tenant."""
    post_id = post(cast, is_private=True)
    said(send(api, post_id, cast.colleague.key), 200)
    assert said(api.get(f"{COMMENTS}/post/{post_id}", cast.colleague.key), 200)["total"] == 1
    assert send(api, post_id, cast.outsider.key).status_code == 404


def test_a_limited_key(api: Api, cast: Cast) -> None:
    """It comments on its channel's posts, and neither reads nor deletes beyond."""
    channel = make_channel("Club", tenant=cast.tenant)
    inside, outside = post(cast, channel_id=channel.pk), post(cast)
    comment = comment_by(cast.organizer, "post", outside)
    key = limited_key(cast.organizer, channel).key
    mine = said(send(api, inside, key), 200)["id"]
    assert send(api, outside, key).status_code == 404
    assert api.get(f"{COMMENTS}/post/{outside}", key).status_code == 404
    assert api.delete(f"{COMMENTS}/{comment}", key).status_code == 404
    assert api.delete(f"{COMMENTS}/{mine}", key).status_code == 200


def test_they_go_with_their_event(api: Api, cast: Cast) -> None:
    """Erasing an event takes the comments on its posts along, and no others."""
    gone, kept = cast.event(), cast.event()
    for event in (gone, kept):
        for content in ("One", "Two"):
            announced = announce(event_id=event.id, content=content)
            comment_by(cast.colleague, "post", str(announced.id), body=f"On {event.id}")
    comment_by(cast.colleague, "post", 7, body="Numbered")
    delete_event(event_id=gone.id)
    left = sorted(Comment.objects.values_list("body", flat=True))
    assert left == sorted(["Numbered", f"On {kept.id}", f"On {kept.id}"])


def test_an_organizer_moderates(api: Api, cast: Cast) -> None:
    """As everywhere: one's own, or all as an admin of the tenant."""
    post_id = post(cast)
    statuses = {}
    for who in ("creator", "colleague", "organizer", "outsider"):
        comment = comment_by(cast.colleague, "post", post_id)
        statuses[who] = api.delete(f"{COMMENTS}/{comment}", cast.keys[who]).status_code
    assert statuses == {"creator": 403, "colleague": 200, "organizer": 200, "outsider": 404}
