"""Comments in the Tenant API: posting, reading without a key, deleting."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.core.files.base import ContentFile

from comments.domain.erasing import delete_event
from comments.models import Comment
from tests.conftest import Api
from tests.tenant_cast import COMMENTS, EVENTS, Cast, Member, comment_by, make_cast, make_member
from tests.tenant_cast import said as answered
from tests.wording import in_words

REFERENCE = {
    "content_type": "video",
    "content_id": 123,
    "comment": "Great tutorial! Very helpful.",
}
UNKNOWN = "0b8f5bd4-6a3c-4b0c-9c1e-6a2f5a1d7e11"


@pytest.fixture
def cast(db: None) -> Cast:
    """Who calls."""
    return make_cast()


def post(api: Api, by: Member, **values: Any) -> Any:
    """The member comments on video 123, unless said otherwise."""
    return api.post(COMMENTS, REFERENCE | values, by.key)


# --- Posting ----------------------------------------------------------------------------------


def test_the_references_example(api: Api, cast: Cast) -> None:
    """200 with every field of the reference and nothing else."""
    body = answered(post(api, cast.creator), 200)
    comment = Comment.objects.get()
    assert body == REFERENCE | {
        "id": str(comment.pk),
        "user_id": str(cast.creator.id),
        "user_name": "Cora",
        "user_avatar": None,
        "created_at": f"{comment.created_at:%Y-%m-%dT%H:%M:%SZ}",
        "updated_at": None,
    }
    assert comment.tenant_id == cast.tenant.pk


def test_the_author_as_others_see_them(api: Api, cast: Cast) -> None:
    """The avatar is an absolute address; without a display name the e-mail's host stays secret."""
    shy = make_member(cast.tenant, email="shy@secret.example")
    shy.user.avatar.save("shy.png", ContentFile(b"png"))
    body = answered(post(api, shy), 200)
    assert body["user_name"] == "shy"
    assert body["user_avatar"] == f"http://testserver/media/{shy.user.avatar.name}"
    assert "secret.example" not in api.get(f"{COMMENTS}/video/123").content.decode()


def test_an_avatar_whose_storage_has_an_address_of_its_own(
    api: Api, cast: Cast, settings: Any
) -> None:
    """Whatever the storage says, the address begins with one scheme and one host."""
    files: dict[str, Any] = {"BACKEND": "django.core.files.storage.FileSystemStorage"}
    files["OPTIONS"] = {"base_url": "https://images.example.net/b/"}
    settings.STORAGES = settings.STORAGES | {"default": files}
    cast.creator.user.avatar.save("cora.png", ContentFile(b"png"))
    body = answered(post(api, cast.creator), 200)
    assert body["user_avatar"] == f"https://images.example.net/b/{cast.creator.user.avatar.name}"


@pytest.mark.parametrize("content_id", [0, 1, -5, 2**31, 2**63 - 1, -(2**63) + 1])
def test_integers_come_back_as_integers(api: Api, cast: Cast, content_id: int) -> None:
    """In the answer and in the list."""
    posted = answered(post(api, cast.creator, content_id=content_id), 200)
    listed = answered(api.get(f"{COMMENTS}/video/{content_id}"), 200)
    assert (posted["content_id"], listed["comments"]) == (content_id, [posted])


@pytest.mark.once
@pytest.mark.parametrize("content_type", ["video", "a", "Tutorial_2", "x-y", "event", "x" * 64])
def test_any_slug_is_a_content_type(api: Api, cast: Cast, content_type: str) -> None:
    """Letters, digits, hyphens, underscores; each has a thread of its own."""
    answered(post(api, cast.creator, content_type="other"), 200)
    answered(post(api, cast.creator, content_type=content_type), 200)
    listed = answered(api.get(f"{COMMENTS}/{content_type}/123"), 200)
    assert (listed["comments"][0]["content_type"], listed["total"]) == (content_type, 1)


@pytest.mark.parametrize("text", ["x", "x" * 5000, "😀" * 5000, "two\nlines\tand a tab", "  a  "])
def test_texts_that_pass(api: Api, cast: Cast, text: str) -> None:
    """1 to 5000 characters, trimmed."""
    assert answered(post(api, cast.creator, comment=text), 200)["comment"] == text.strip()


# --- Comments on events -----------------------------------------------------------------------


def test_comments_on_an_event(api: Api, cast: Cast) -> None:
    """The event's UUID is the content id, in any spelling; it comes back as it is written."""
    event = cast.event()
    sent = {"content_type": "event", "content_id": str(event.id).upper()}
    posted = answered(post(api, cast.colleague, **sent), 200)
    assert posted["content_id"] == str(event.id)
    for spelling in (str(event.id), str(event.id).upper(), event.id.hex):
        assert answered(api.get(f"{COMMENTS}/event/{spelling}"), 200)["comments"] == [posted]


@pytest.mark.once
def test_events_one_may_not_know(
    api: Api, cast: Cast, everything_stored: Callable[[], Any]
) -> None:
    """404 for an unknown event and for another tenant's; 400 for what is no id."""
    foreign = cast.event(cast.outsider)
    stored = everything_stored()
    for content_id, status in ((UNKNOWN, 404), (str(foreign.id), 404), ("soon", 400)):
        sent = {"content_type": "event", "content_id": content_id}
        answered(post(api, cast.creator, **sent), status)
        answered(api.get(f"{COMMENTS}/event/{content_id}", cast.creator.key), status)
    assert everything_stored() == stored


def test_a_private_events_comments_follow_its_visibility(api: Api, cast: Cast) -> None:
    """Its id is the invitation: who has it reads them."""
    event = cast.event(is_private=True)
    comment_by(cast.creator, "event", str(event.id), "Hush")
    for key in (None, cast.colleague.key, cast.keys["publishable"]):
        assert answered(api.get(f"{COMMENTS}/event/{event.id}", key), 200)["total"] == 1
    answered(api.get(f"{COMMENTS}/event/{event.id}", cast.outsider.key), 404)


def test_an_erased_events_comments(api: Api, cast: Cast) -> None:
    """They go with it; a cancelled event keeps them."""
    event, kept = cast.event(), cast.event()
    for each in (event, kept):
        comment_by(cast.creator, "event", str(each.id))
    answered_kept = comment_by(cast.creator, "video", 1)
    api.delete(f"{EVENTS}/{kept.id}", cast.creator.key)
    delete_event(event_id=event.id)
    answered(api.get(f"{COMMENTS}/event/{event.id}"), 404)
    assert answered(api.get(f"{COMMENTS}/event/{kept.id}"), 200)["total"] == 1
    left = Comment.objects.values_list("content_id", flat=True)
    assert set(left) == {str(kept.id), "1"}
    assert Comment.objects.filter(pk=answered_kept).exists()


# --- Reading ----------------------------------------------------------------------------------


def test_newest_first_in_pages_without_a_key(api: Api, cast: Cast) -> None:
    """limit and offset walk through all, the latest on top; total is of all."""
    bodies = [f"Comment {number}" for number in range(5)]
    for body in bodies:
        comment_by(cast.creator, body=body)
    latest = bodies[::-1]
    path = f"{COMMENTS}/video/123"
    assert answered(api.get(path), 200).keys() == {"comments", "total", "limit", "offset"}
    for offset, limit in ((0, 2), (2, 2), (4, 2), (3, 2), (9, 2), (0, 100)):
        page = answered(api.get(path, offset=offset, limit=limit), 200)
        assert (page["total"], page["limit"], page["offset"]) == (5, limit, offset)
        said = [each["comment"] for each in page["comments"]]
        assert said == latest[offset : offset + limit]
    assert answered(api.get(path), 200)["limit"] == 50


def test_comments_of_the_same_moment(api: Api, cast: Cast) -> None:
    """Ties keep one order, so that pages neither repeat nor skip."""
    for _ in range(7):
        comment_by(cast.creator)
    moment = Comment.objects.latest("created_at").created_at
    Comment.objects.update(created_at=moment)
    pages = [api.get(f"{COMMENTS}/video/123", limit=2, offset=offset) for offset in (0, 2, 4, 6)]
    ids = [each["id"] for page in pages for each in answered(page, 200)["comments"]]
    assert len(set(ids)) == 7
    assert ids == sorted(ids, reverse=True)
    whole = answered(api.get(f"{COMMENTS}/video/123"), 200)["comments"]
    assert [each["id"] for each in whole] == ids


def test_an_empty_thread(api: Api) -> None:
    """200 with nothing in it."""
    body = answered(api.get(f"{COMMENTS}/article/77"), 200)
    assert body == {"comments": [], "total": 0, "limit": 50, "offset": 0}


@pytest.mark.once
@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("video/x", "content_id"),
        ("video/1.5", "content_id"),
        ("video/+1", "content_id"),
        ("video/%EF%BC%91", "content_id"),
        ("video/%00", "content_id"),
        ("video/99999999999999999999", "content_id"),
        ("video/9223372036854775808", "content_id"),
        (f"video/{UNKNOWN}", "content_id"),
        ("event/x", "content_id"),
        (f"{'x' * 65}/1", "content_type"),
        ("video/123?limit=0", "limit"),
        ("video/123?limit=101", "limit"),
        ("video/123?offset=-1", "offset"),
        ("video/123?offset=x", "offset"),
    ],
)
def test_bad_addresses(api: Api, cast: Cast, path: str, field: str) -> None:
    """400 naming what is wrong."""
    body = answered(api.get(f"{COMMENTS}/{path}"), 400)
    assert list(body["errors"]) == [field]


@pytest.mark.once
def test_a_bad_key_is_no_anonymous_reader(api: Api, cast: Cast) -> None:
    """A key that is sent must be good, even where none is needed."""
    comment_by(cast.creator)
    for who in ("revoked", "expired"):
        body = answered(api.get(f"{COMMENTS}/video/123", cast.keys[who]), 401)
        assert body["code"] == "not_authenticated"


# --- Deleting ---------------------------------------------------------------------------------


def test_deleting_ones_own(api: Api, cast: Cast) -> None:
    """The reference's answer, once; then there is none."""
    comment, other = comment_by(cast.colleague), comment_by(cast.colleague)
    body = answered(api.delete(f"{COMMENTS}/{comment}", cast.colleague.key), 200)
    assert body == {"success": True, "message": f"Comment {comment} deleted successfully"}
    assert list(Comment.objects.values_list("pk", flat=True)) == [other]
    body = answered(api.delete(f"{COMMENTS}/{comment}", cast.colleague.key), 404)
    assert body == {"detail": in_words("comment_not_found"), "code": "not_found"}


def test_who_deletes_a_colleagues(api: Api, cast: Cast) -> None:
    """Organizers and superusers of the tenant; for a colleague 403, from outside 404."""
    superuser = make_member(cast.tenant, is_superuser=True)
    elsewhere = make_member(cast.other, is_superuser=True)

    def attempt(key: str | None) -> tuple[int, bool]:
        comment = comment_by(cast.creator)
        response = api.delete(f"{COMMENTS}/{comment}", key)
        return response.status_code, Comment.objects.filter(pk=comment).exists()

    assert attempt(cast.organizer.key) == (200, False)
    assert attempt(superuser.key) == (200, False)
    assert attempt(cast.colleague.key) == (403, True)
    assert attempt(cast.outsider.key) == (404, True)
    assert attempt(elsewhere.key) == (404, True)
    assert attempt(cast.keys["publishable"]) == (403, True)
    assert attempt(None) == (401, True)


def test_an_events_creator_is_no_admin_of_its_comments(api: Api, cast: Cast) -> None:
    """The reference names the author and admins, nobody else."""
    event = cast.event()
    comment: UUID = comment_by(cast.colleague, "event", str(event.id))
    body = answered(api.delete(f"{COMMENTS}/{comment}", cast.creator.key), 403)
    assert body["detail"] == "You do not own this comment and are not an admin"


# --- Moderation through the door ---------------------------------------------------------------


def test_a_refused_comment(api: Api, cast: Cast) -> None:
    """400 comment_rejected, nothing is stored, and the blocked term is not told."""
    cast.tenant.moderation_enabled, cast.tenant.blocked_terms = True, ["snake oil"]
    cast.tenant.save()
    body = answered(post(api, cast.creator, comment="Buy SNAKE  oil!"), 400)
    assert body == {
        "detail": in_words("comment_rejected"),
        "code": "comment_rejected",
    }
    assert not Comment.objects.exists()
    outsider = answered(post(api, cast.outsider, comment="Buy snake oil!"), 200)
    assert outsider["comment"] == "Buy snake oil!"
