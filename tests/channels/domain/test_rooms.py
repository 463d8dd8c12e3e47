"""Finding and making channels, and who may join one."""

from __future__ import annotations

import contextlib
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from accounts.domain.actors import Actor
from channels import limits
from channels.models import Channel
from config.errors import Invalid, NotAllowed
from rsvps.domain.event_changes import update_event
from tests.makers import make_channel, make_event, make_tenant

pytestmark = pytest.mark.django_db


@pytest.mark.once
@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("ATX Cigars", "atx-cigars"),
        ("  ATX   Cigars  ", "atx-cigars"),
        ("Café Zürich", "cafe-zurich"),
        ("a_b--c", "a_b-c"),
        ("№ 5!", "no-5"),
        ("-x-", "x"),
    ],
)
def test_slugs_are_lower_case_ascii_and_hyphens(name: str, slug: str) -> None:
    """A public name leads to its slug."""
    assert make_channel(name).slug == slug


def test_a_public_name_leads_to_one_channel() -> None:
    """Whoever names it finds the same room, under the name it was made with."""
    first = make_channel("ATX Cigars")
    assert make_channel("atx cigars") == first
    assert make_channel("atx-cigars") == first
    assert Channel.objects.get().name == "ATX Cigars"


@pytest.mark.once
@pytest.mark.parametrize("name", ["Київські митці", "東京の会", "Αθήνα", "قناة"])
def test_names_in_other_scripts(name: str) -> None:
    """They get a stable ASCII slug of their own."""
    channel = make_channel(name)
    assert re.fullmatch(r"c-[0-9a-f]{16}", channel.slug)
    assert make_channel(name) == channel
    assert make_channel(name + "2").pk != channel.pk


@pytest.mark.once
@pytest.mark.parametrize("name", ["!!!", "—", "🎉", "___", "· ·"])
@pytest.mark.parametrize("visibility", ["public", "private"])
def test_a_name_without_letter_or_digit_is_refused(name: str, visibility: str) -> None:
    """In the sentence of the reference."""
    with pytest.raises(Invalid) as refused:
        make_channel(name, visibility)
    assert refused.value.keys == {"channel_name": ["no_letter_or_number"]}


def test_name_lengths() -> None:
    """120 characters and no more, the slug never too long for its column."""
    assert make_channel("x" * 120).slug == "x" * 120
    assert len(make_channel("y" * 120, "private").slug) <= limits.SLUG
    for visibility in ("public", "private"):
        with pytest.raises(Invalid):
            make_channel("x" * 121, visibility)


@pytest.mark.once
def test_a_private_slug_is_a_key() -> None:
    """It ends in at least 64 random bits, and no two are alike."""
    slugs = {make_channel("Circle", "private").slug for _ in range(5)}
    assert len(slugs) == 5
    for slug in slugs:
        random = re.fullmatch(r"circle-([a-z2-7]+)", slug)
        assert random
        assert len(random[1]) * 5 >= 64


@pytest.mark.once
def test_a_private_channel_is_joined_by_its_exact_slug() -> None:
    """Under either visibility; its name, or a slug that is almost right, makes another room."""
    circle = make_channel("Circle", "private")
    assert make_channel(circle.slug) == circle
    assert make_channel(circle.slug, "private") == circle
    assert make_channel("Circle", "private") != circle
    assert make_channel("Circle") != circle
    assert make_channel(circle.slug[:-1]) != circle


@pytest.mark.once
def test_a_private_slug_of_a_long_name_can_be_given_back() -> None:
    """Longer than a name may be, and still the key."""
    circle = make_channel("y" * 120, "private")
    assert len(circle.slug) > limits.NAME
    assert make_channel(circle.slug) == circle


def test_a_tenants_channel_takes_its_own_events_only() -> None:
    """Another tenant's, and nobody's, are refused; the tenant's own find it."""
    acme, rival = make_tenant(), make_tenant("Rival")
    channel = make_channel("Acme Club", tenant=acme)
    assert make_channel("Acme Club", tenant=acme) == channel
    for tenant in (None, rival):
        with pytest.raises(NotAllowed):
            make_channel("Acme Club", tenant=tenant)


def test_an_open_channel_takes_everybodys_events() -> None:
    """A tenant's event may join a public channel that belongs to nobody."""
    channel = make_channel("Open")
    assert make_channel("Open", tenant=make_tenant()) == channel
    assert Channel.objects.get().tenant_id is None


def test_an_event_carries_its_callers_tenant_into_a_new_channel() -> None:
    """The channel that a tenant's event makes is the tenant's."""
    acme = make_tenant()
    make_event(actor=Actor(tenant_id=acme.pk), channel_name="Acme Club")
    assert Channel.objects.get().tenant_id == acme.pk


@pytest.mark.once
def test_a_refused_channel_leaves_no_event() -> None:
    """Nothing is half-made."""
    make_channel("Acme Club", tenant=make_tenant())
    with pytest.raises(NotAllowed):
        make_event(channel_name="Acme Club")
    event = make_event(title="Old")
    with pytest.raises(NotAllowed):
        update_event(event=event.row, values={"title": "New", "channel_name": "Acme Club"})
    assert event.stored.title == "Old"
    assert Channel.objects.count() == 1


@pytest.mark.once
def test_event_slugs_are_unique_within_a_channel_and_stable() -> None:
    """The same title twice gets a random ending; an edit of the title changes no slug."""
    first, second = (make_event(title="Salsa Night", channel_name="A") for _ in range(2))
    elsewhere, alone = make_event(title="Salsa Night", channel_name="B"), make_event(title="夜")
    assert first.stored.slug == elsewhere.stored.slug == "salsa-night"
    assert re.fullmatch(r"salsa-night-[0-9a-f]{8}", second.stored.slug)
    assert alone.stored.slug == "event"
    update_event(event=first.row, values={"title": "Tango Night"})
    assert first.stored.slug == "salsa-night"


def test_moving_to_a_channel_where_the_slug_is_taken() -> None:
    """The mover gets another one."""
    make_event(title="Salsa Night", channel_name="A")
    mover = make_event(title="Salsa Night", channel_name="B")
    update_event(event=mover.row, values={"channel_name": "A"})
    assert re.fullmatch(r"salsa-night-[0-9a-f]{8}", mover.stored.slug)


def test_patching_the_same_private_channel_twice_makes_no_second_one() -> None:
    """Naming the channel the event is in moves nothing."""
    event = make_event()
    sent = {"channel_name": "Private Circle", "channel_visibility": "private"}
    update_event(event=event.row, values=sent)
    channel_id, version = event.stored.channel_id, event.stored.version
    for again in (sent, {"channel_name": " Private Circle "}, {"channel_visibility": "private"}):
        update_event(event=event.row, values=again)
    assert (event.stored.channel_id, event.stored.version) == (channel_id, version)
    assert Channel.objects.count() == 1


def test_the_name_of_a_private_channel_never_becomes_public_by_default() -> None:
    """A client that sends the name back without a visibility publishes nothing."""
    event = make_event(channel_name="Secret Circle", channel_visibility="private")
    update_event(event=event.row, values={"title": "New", "channel_name": "Secret Circle"})
    assert not Channel.objects.public().exists()


def test_a_visibility_alone_moves_the_event() -> None:
    """From the public channel into a private one of the same name."""
    event = make_event(channel_name="Circle")
    update_event(event=event.row, values={"channel_visibility": "private"})
    channel = event.stored.channel
    assert channel is not None
    assert (channel.name, channel.visibility) == ("Circle", "private")


def test_joining_notes_the_use() -> None:
    """last_used_at moves with every event that joins; the channel keeps its name."""
    channel = make_channel("Circle")
    before = channel.last_used_at
    make_event(channel_name="CIRCLE")
    channel.refresh_from_db()
    assert channel.last_used_at > before
    assert channel.name == "Circle"


@pytest.mark.once
@given(name=st.text(max_size=200))
def test_any_name_makes_a_channel_or_is_refused(name: str) -> None:
    """Whatever the text, the outcome is a slug of the agreed form or Invalid."""
    with contextlib.suppress(Invalid):
        channel = make_channel(name)
        assert re.fullmatch(r"[a-z0-9_-]{1,160}", channel.slug)
