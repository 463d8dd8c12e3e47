"""How all this works, for guests, hosts and whoever is at the door."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from pages.base import PageRequest, page
from pages.samples import SAMPLES


@require_safe
@page
def help_page(request: PageRequest) -> HttpResponse:
    """What guests, hosts and door helpers ask."""
    return render(request, "help/help.html", {"art": SAMPLES["waves"]})
