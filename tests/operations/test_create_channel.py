"""create_channel: text, --json, and refusals."""

from __future__ import annotations

import io
import json
import re

import pytest
from django.core.management import call_command

from channels.models import Channel
from tests.makers import make_channel, make_tenant
from tests.root import refusal

pytestmark = pytest.mark.django_db


def run(*command: str) -> str:
    """What the command prints."""
    out = io.StringIO()
    call_command("create_channel", *command, stdout=out)
    return out.getvalue().strip()


def test_a_public_channel() -> None:
    """id, slug, name and visibility, of the tenant."""
    tenant = make_tenant()
    text = run("ATX Cigars", "--tenant", tenant.slug)
    channel = Channel.objects.get()
    assert text == f"{channel.pk}  atx-cigars  ATX Cigars  public"
    assert channel.tenant_id == tenant.pk


def test_a_private_channel() -> None:
    """Its slug ends in a secret; two of one name are two channels."""
    tenant = make_tenant()
    made = [
        json.loads(run("Circle", "--tenant", tenant.slug, "--private", "--json")) for _ in range(2)
    ]
    for each in made:
        channel = Channel.objects.get(pk=each["id"])
        assert each == {
            "id": str(channel.pk),
            "slug": channel.slug,
            "name": "Circle",
            "visibility": "private",
        }
        assert re.fullmatch(r"circle-[a-z2-7]{13,}", channel.slug)
    assert made[0]["slug"] != made[1]["slug"]


@pytest.mark.once
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["Open", "--tenant", "acme"], "channel_exists"),
        (["OPEN!", "--tenant", "acme"], "channel_exists"),
        (["New", "--tenant", "no"], "tenant_not_found"),
        (["!!!", "--tenant", "acme"], "channel_name: no_letter_or_number"),
        (
            ["!!!", "--tenant", "acme", "--private"],
            "channel_name: no_letter_or_number",
        ),
        ([" ", "--tenant", "acme"], "name: "),
        (["x" * 500, "--tenant", "acme"], "name: "),
        (["New"], "Error: the following arguments are required: --tenant"),
    ],
)
def test_channels_that_are_refused(command: list[str], said: str) -> None:
    """One line that says why, exit status 1, and no channel."""
    tenant = make_tenant()
    tenant.slug = "acme"
    tenant.save()
    make_channel("Open")
    assert refusal("create_channel", *command).startswith(said)
    assert Channel.objects.count() == 1
