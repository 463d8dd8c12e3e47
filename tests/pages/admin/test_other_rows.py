"""Channels, keys, pictures, messages and comments in the admin: the domain's rules hold."""

from __future__ import annotations

import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.domain.api_keys import actor_from_key, issue_key
from accounts.models import ApiKey, Image
from channels.models import Channel
from comments.models import Comment, Message
from config.errors import Unauthenticated
from events.models import Event
from tests.makers import make_channel
from tests.pages.admin.cast import House, picture
from tests.wording import in_words

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def channel_form(channel: Channel, **values: str) -> dict[str, str]:
    """A channel's form as the browser sends it."""
    form = {
        "name": channel.name,
        "visibility": channel.visibility,
        "description": channel.description,
    }
    return form | values


def test_a_channel_is_renamed_and_keeps_its_slug(organizer: Client, ours: House) -> None:
    """Its events show the name: their version grows. Saying the same again changes nothing."""
    channel = ours.rows[Channel]
    page = reverse("admin:channels_channel_change", args=[channel.pk])
    version = ours.event.stored.version
    for _ in range(2):
        answer = organizer.post(page, channel_form(channel, name="New name", description="About"))
        assert answer.status_code == 302
    stored = Channel.objects.get(pk=channel.pk)
    assert (stored.name, stored.description, stored.slug) == ("New name", "About", channel.slug)
    assert ours.event.stored.version == version + 1


def test_a_public_channel_stays_public(organizer: Client, ours: House) -> None:
    """Its slug would be a key that everybody knows; a private one may open its doors."""
    channel = ours.rows[Channel]
    page = reverse("admin:channels_channel_change", args=[channel.pk])
    answer = organizer.post(page, channel_form(channel, visibility="private", name="Typed"))
    assert [*answer.context["adminform"].errors] == ["visibility"]
    assert 'value="Typed"' in answer.content.decode()
    assert Channel.objects.get(pk=channel.pk).visibility == "public"
    organizer.post("/admin/channels/channel/add/", {"name": "Hidden", "visibility": "private"})
    hidden = Channel.objects.get(name="Hidden")
    page = reverse("admin:channels_channel_change", args=[hidden.pk])
    organizer.post(page, channel_form(hidden, visibility="public"))
    assert Channel.objects.get(pk=hidden.pk).visibility == "public"


def test_nobody_renames_an_open_channel(boss: Client) -> None:
    """Root describes it, and no more."""
    channel = make_channel("Everybody")
    page = reverse("admin:channels_channel_change", args=[channel.pk])
    refused = boss.post(page, channel_form(channel, name="Mine"))
    assert [*refused.context["adminform"].errors] == ["name"]
    assert boss.post(page, channel_form(channel, description="Ours")).status_code == 302
    stored = Channel.objects.get(pk=channel.pk)
    assert (stored.name, stored.description) == ("Everybody", "Ours")


def test_an_organizers_channel_is_their_tenants(
    organizer: Client, boss: Client, ours: House, theirs: House
) -> None:
    """Whatever tenant is typed; root has to name one. A slug that is taken is said."""
    add = "/admin/channels/channel/add/"
    form = {"name": "Fresh", "visibility": "public", "tenant": str(theirs.tenant.pk)}
    assert organizer.post(add, form).status_code == 302
    assert Channel.objects.get(name="Fresh").tenant_id == ours.tenant.pk
    taken = organizer.post(add, {"name": "Fresh", "visibility": "public"})
    assert taken.context["adminform"].errors == {
        "__all__": [in_words("channel_exists", slug="fresh")]
    }
    nowhere = boss.post(add, {"name": "Loose", "visibility": "public"})
    assert [*nowhere.context["adminform"].errors] == ["tenant"]
    boss.post(add, form | {"name": "By root"})
    assert Channel.objects.get(name="By root").tenant_id == theirs.tenant.pk
    assert not Channel.objects.filter(name="Loose").exists()


def test_root_deletes_a_channel_and_its_events_stay(boss: Client, ours: House) -> None:
    """Without a channel; organizers do not delete channels."""
    channel = ours.rows[Channel]
    page = reverse("admin:channels_channel_delete", args=[channel.pk])
    assert boss.post(page, {"post": "yes"}).status_code == 302
    assert Event.objects.get(pk=ours.event.id).channel_id is None
    assert not Channel.objects.filter(pk=channel.pk).exists()


def test_a_key_is_shown_once_and_acts_for_its_maker(organizer: Client, ours: House) -> None:
    """An organizer cannot make a key for anybody else; the text is stored nowhere."""
    add = "/admin/accounts/apikey/add/"
    other = ours.guest.stored.user_id
    form = {"name": "Site", "kind": "sk_live_", "scopes": ["READ_PUBLIC"], "user": str(other)}
    shown = organizer.post(add, form)
    assert (shown.status_code, "no-store" in shown["Cache-Control"]) == (200, True)
    (text,) = re.findall(r"sk_live_[\w-]{30,}", shown.content.decode())
    key = ApiKey.objects.get(name="Site")
    assert (key.user_id, key.tenant_id, key.scopes) == (
        ours.organizer.pk,
        ours.tenant.pk,
        ["READ_PUBLIC"],
    )
    assert actor_from_key(text).user_id == ours.organizer.pk
    page = reverse("admin:accounts_apikey_change", args=[key.pk])
    for url in (page, "/admin/accounts/apikey/", "/admin/"):
        body = organizer.get(url).content.decode()
        assert (text in body, key.digest in body) == (False, False)
    assert organizer.post(page, {"name": "Renamed"}).status_code == 403


def test_a_key_that_makes_no_sense_is_refused(organizer: Client, ours: House) -> None:
    """A scope the kind cannot have, an expiry in the past: said on the form, nothing issued."""
    add = "/admin/accounts/apikey/add/"
    known = ApiKey.objects.count()
    wide = {"name": "Kept", "kind": "pk_live_", "scopes": ["WRITE_SALES"]}
    past = {"name": "Kept", "kind": "sk_live_"}
    past |= {"expires_at_0": "2001-01-01", "expires_at_1": "10:00"}
    for form in (wide, past):
        answer = organizer.post(add, form)
        assert answer.context["adminform"].errors != {}
        assert 'value="Kept"' in answer.content.decode()
    assert ApiKey.objects.count() == known


def test_revoking_keys(organizer: Client, ours: House, theirs: House) -> None:
    """At once, and those of the tenant alone."""
    mine, foreign = issue_key(user=ours.organizer), issue_key(user=theirs.organizer)
    form = {"action": "revoke", "_selected_action": [mine.id, foreign.id]}
    organizer.post("/admin/accounts/apikey/", form)
    with pytest.raises(Unauthenticated):
        actor_from_key(mine.text)
    assert actor_from_key(foreign.text).user_id == theirs.organizer.pk


def test_root_issues_a_key_for_anybody(boss: Client, ours: House) -> None:
    """By the user's id; the key is of the user's tenant."""
    form = {"name": "For them", "kind": "sk_live_", "user": str(ours.organizer.pk)}
    assert boss.post("/admin/accounts/apikey/add/", form).status_code == 200
    assert ApiKey.objects.get(name="For them").tenant_id == ours.tenant.pk


def test_a_picture_is_drawn_anew_for_the_tenant(organizer: Client, ours: House) -> None:
    """What is none is refused beside its field."""
    add = "/admin/accounts/image/add/"
    known = Image.objects.count()
    text = SimpleUploadedFile("a.png", b"no picture", "image/png")
    refused = organizer.post(add, {"picture": text, "alt_text": "Kept"})
    assert [*refused.context["adminform"].errors] == ["picture"]
    assert Image.objects.count() == known
    upload = SimpleUploadedFile("b.png", picture(), "image/png")
    assert organizer.post(add, {"picture": upload, "alt_text": "A hall"}).status_code == 302
    kept = Image.objects.get(alt_text="A hall")
    assert (kept.tenant_id, kept.uploader_id, kept.width) == (
        ours.tenant.pk,
        ours.organizer.pk,
        4,
    )


def test_a_deleted_message_takes_its_comments_along(organizer: Client, ours: House) -> None:
    """What the event shows changed: its version grows."""
    post = Message.objects.get(event=ours.event.id, visibility="public")
    Comment.objects.create(
        tenant=ours.tenant,
        content_type="post",
        content_id=str(post.pk),
        author=ours.organizer,
        body="On the post",
    )
    version = ours.event.stored.version
    page = reverse("admin:comments_message_delete", args=[post.pk])
    assert organizer.post(page, {"post": "yes"}).status_code == 302
    assert not Message.objects.filter(pk=post.pk).exists()
    assert not Comment.objects.filter(body="On the post").exists()
    assert ours.event.stored.version == version + 1


def test_a_comment_is_removed_by_a_moderator(organizer: Client, ours: House) -> None:
    """From its own page."""
    page = reverse("admin:comments_comment_delete", args=[ours.rows[Comment].pk])
    assert organizer.post(page, {"post": "yes"}).status_code == 302
    assert not Comment.objects.exists()
