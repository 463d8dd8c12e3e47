"""If-Match over the four APIs: of two editors the second is told, and nothing is overwritten."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from comments.domain.messages import announce
from rsvps.domain.approval import back_to_pending
from rsvps.domain.event_changes import update_event
from rsvps.domain.respond import change_rsvp
from tests.conftest import Api
from tests.makers import make_rsvp
from tests.parity.tagged import EVENT, SOCIAL, TENANT, Tags, make_tags

pytestmark = pytest.mark.once


class Write(NamedTuple):
    """A change that takes If-Match: by whom, and about what."""

    method: str
    path: str
    who: str
    of: str
    body: dict[str, Any] | None = None


WRITES = [
    Write("PATCH", EVENT, "owner", "event", {"title": "Mine"}),
    Write("DELETE", EVENT, "owner", "event"),
    Write("PATCH", f"{EVENT}/tiers/{{tier}}", "owner", "event", {"name": "Mine"}),
    Write("DELETE", f"{EVENT}/tiers/{{tier}}", "owner", "event"),
    Write("PATCH", f"{EVENT}/rsvps/self", "guest", "guest", {"name": "Mine"}),
    Write("DELETE", f"{EVENT}/rsvps/self", "guest", "guest"),
    Write("DELETE", f"{EVENT}/rsvps/{{guest}}", "owner", "guest"),
    Write("POST", f"{EVENT}/rsvps/{{guest}}/approve", "owner", "guest"),
    Write("POST", f"{EVENT}/rsvps/{{guest}}/reject", "owner", "guest"),
    Write("POST", f"{EVENT}/rsvps/{{guest}}/pending", "owner", "guest"),
    Write("PATCH", TENANT, "creator", "event", {"title": "Mine"}),
    Write("DELETE", TENANT, "creator", "event"),
    Write("PATCH", f"{TENANT}/tiers/{{tier}}", "creator", "event", {"name": "Mine"}),
    Write("DELETE", f"{TENANT}/tiers/{{tier}}", "creator", "event"),
    Write("POST", f"{TENANT}/rsvp", "colleague", "member", {"status": "interested"}),
    Write(
        "PATCH",
        "/api/v1/community-events/rsvps/{member}",
        "colleague",
        "member",
        {"status": "interested"},
    ),
    Write("PUT", f"{SOCIAL}/{{event}}", "creator", "event", {"title": "Mine"}),
    Write("DELETE", f"{SOCIAL}/{{event}}", "creator", "event"),
    Write("PUT", f"{SOCIAL}/{{event}}/room", "creator", "event", {"liveChatEnabled": True}),
    Write("DELETE", f"{SOCIAL}/{{event}}/room", "creator", "event"),
    Write("PUT", f"{SOCIAL}/{{event}}/rsvp", "colleague", "member", {"status": "interested"}),
    Write("POST", f"{SOCIAL}/{{event}}/rsvp", "colleague", "member", {"status": "interested"}),
]
# Where the tag of a thing can be read, and by whom: another API and reader than the change's.
READ = {
    "event": [
        (EVENT, "nobody"),
        (f"{TENANT}/tiers", "colleague"),
        (f"{SOCIAL}/{{event}}", "creator"),
    ],
    "guest": [(f"{EVENT}/rsvps/self", "guest")],
    "member": [(f"{SOCIAL}/{{event}}/me/rsvp", "colleague")],
}


@pytest.fixture
def tags(api: Api) -> Tags:
    tags = make_tags(api)
    # A ticket that nobody holds can be deleted; whether one is going is for the guests to say.
    event = tags.event.stored
    event.rsvps.update(tier=None)
    update_event(event=tags.event.row, values={"approval_required": True})
    return tags


def send(tags: Tags, write: Write, if_match: str | None = None) -> Any:
    sent = {} if if_match is None else {"If_Match": if_match}
    body = {} if write.body is None and write.method != "DELETE" else write.body
    return tags.ask(write.path, write.who, write.method, body, **sent)


def tags_of(tags: Tags, of: str) -> list[str]:
    """The thing's tag in each place."""
    found: list[str] = [tags.ask(path, who)["ETag"] for path, who in READ[of]]
    return found


def edit(tags: Tags, of: str) -> None:
    """Somebody else's change of the thing."""
    if of == "event":
        update_event(event=tags.event.row, values={"description": "Theirs"})
    else:
        on = {"event_id": tags.event.id, "rsvp_id": getattr(tags, of).id}
        change_rsvp(**on, values={"note": "Theirs"})


@pytest.mark.parametrize("write", WRITES, ids=lambda w: f"{w.method} {w.path}")
def test_the_second_editor_is_told(
    tags: Tags, everything_stored: Callable[[], Any], write: Write
) -> None:
    """412, and nothing is written; so it is with a tag of something else, and a weak one. What
    cannot be read is a 400 that names the header."""
    old = tags_of(tags, write.of)
    edit(tags, write.of)
    now = tags_of(tags, write.of)
    assert set(old) & set(now) == set()
    others = [tag for of in READ if of != write.of for tag in tags_of(tags, of)]
    before = everything_stored()
    for said in (*old, ", ".join([*old, *others]), f"W/{now[0]}", '"other"'):
        answer = send(tags, write, said)
        assert (answer.status_code, answer.json()["code"]) == (412, "changed_meanwhile"), said
        assert "ETag" not in answer
    for said in (now[0].strip('"'), f"{now[0]} *", "", '"'):
        answer = send(tags, write, said)
        assert (answer.status_code, list(answer.json()["errors"])) == (400, ["If-Match"]), said
    assert everything_stored() == before


@pytest.mark.parametrize("write", WRITES, ids=lambda w: f"{w.method} {w.path}")
@pytest.mark.parametrize("spelt", ['"x.y", {gzip}', "*"])
def test_the_tag_of_now_opens(tags: Tags, write: Write, spelt: str) -> None:
    """Wherever and by whomever it was read, as one of several, with what a proxy that compresses
    puts at its end, while guests come and organizers talk. The answer has the tag to go on with."""
    known = tags_of(tags, write.of)[-1]
    make_rsvp(tags.event, name="Somebody", attendance="interested")
    announce(event_id=tags.event.id, content="News")
    said = spelt.replace("{gzip}", f'{known[:-1]}-gzip"')
    answer = send(tags, write, said)
    assert answer.status_code in (200, 201, 204), answer.content
    if write.method == "DELETE":
        assert "ETag" not in answer
        return
    assert answer["ETag"].partition(".")[0] == tags_of(tags, write.of)[0].partition(".")[0]
    # The tag of a change is no answer's that can be read.
    assert answer["ETag"] not in tags_of(tags, write.of)
    assert send(tags, write, answer["ETag"]).status_code in (200, 201)


def test_without_the_header_the_last_one_wins(tags: Tags) -> None:
    """As before: nobody has to send it."""
    for write in WRITES:
        if write.method in ("PATCH", "PUT"):
            edit(tags, write.of)
            assert send(tags, write).status_code == 200


def test_there_has_to_be_an_answer(tags: Tags, everything_stored: Callable[[], Any]) -> None:
    """An account that has not answered has nothing that could match; nor is an RSVP made."""
    before = everything_stored()
    known = tags_of(tags, "member")[0]
    for path in (f"{TENANT}/rsvp", f"{SOCIAL}/{{event}}/rsvp"):
        write = Write("POST", path, "organizer", "member", {"status": "going"})
        for said in (known, "*"):
            assert send(tags, write, said).json()["code"] == "changed_meanwhile"
    assert everything_stored() == before


def test_standing_comes_first(tags: Tags) -> None:
    """Nobody learns by a tag what they may not change."""
    for path, who in (
        (EVENT, "guest"),
        (TENANT, "colleague"),
        (f"{SOCIAL}/{{event}}", "colleague"),
    ):
        method = "PUT" if path.startswith("/social") else "PATCH"
        for said in ('"other"', "*"):
            answer = tags.ask(path, who, method, {"title": "Mine"}, If_Match=said)
            assert answer.status_code == 403


@pytest.mark.parametrize(
    ("path", "who"),
    [
        ("/api/v1/events", "nobody"),
        (f"{EVENT}/rsvps", "nobody"),
        (f"{EVENT}/messages", "owner"),
        (f"{EVENT}/links", "owner"),
        (f"{EVENT}/tiers", "owner"),
        (f"{EVENT}/check-ins", "door"),
        ("/api/v1/community/comments", "creator"),
    ],
)
def test_where_it_would_protect_nothing(
    tags: Tags, everything_stored: Callable[[], Any], path: str, who: str
) -> None:
    """It is refused, and not ignored: whoever sent it counts on it."""
    before = everything_stored()
    answer = tags.ask(path, who, "POST", {}, If_Match=tags_of(tags, "event")[0])
    assert (answer.status_code, list(answer.json()["errors"])) == (400, ["If-Match"])
    assert everything_stored() == before


def test_an_rsvp_knows_every_change_of_it(tags: Tags) -> None:
    """By the guest, by an organizer; and no check-in, message or neighbour."""
    guest = tags.guest
    on = {"event_id": tags.event.id, "rsvp_id": guest.id}
    versions = [guest.stored.edit_version]
    for act in (
        lambda: change_rsvp(**on, values={"guest_count": 0, "name": "Gustav"}),
        lambda: change_rsvp(**on, values={"name": "Gustav"}),
        lambda: back_to_pending(**on),
        lambda: back_to_pending(**on),
        lambda: make_rsvp(tags.event, attendance="interested"),
    ):
        act()
        versions.append(guest.stored.edit_version)
    first = versions[0]
    assert versions == [first, first + 1, first + 1, first + 2, first + 2, first + 2]
