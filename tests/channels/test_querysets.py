"""Channels by name."""

from __future__ import annotations

import pytest

from channels.models import Channel
from tests.makers import make_channel

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("words", ["cafe", "CAFÉ", "zurich", "urich", "zurich cafe", "é Z"])
def test_names_are_found_without_their_accents(words: str) -> None:
    """Each word somewhere in the name, as the reference's filter found a text."""
    make_channel("Café Zürich")
    make_channel("Rome")
    assert [channel.name for channel in Channel.objects.public().matching(words)] == ["Café Zürich"]
    assert not Channel.objects.matching("zuerich").exists()
