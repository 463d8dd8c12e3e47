"""Taking events down, from their own list and from that of the reports about them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext, ngettext_lazy

from pages.admin.acting import ask, each, sent
from pages.message_forms import TakedownForm

_TAKEN_DOWN = ngettext_lazy("%(count)s event taken down.", "%(count)s events taken down.", "count")


def ask_and_take_down(
    model_admin: Any, request: HttpRequest, rows: Any, act: Callable[..., object]
) -> HttpResponse | None:
    """The page that asks for the reason, as long as it is needed; then ``act(row, reason=…)`` takes
    the event of each row down."""
    form = TakedownForm(sent(request))
    if form.is_valid():
        with form.refusals():
            each(
                model_admin,
                request,
                rows,
                lambda row: act(row, **form.cleaned_data),
                _TAKEN_DOWN,
                by_form=True,
            )
            return None
    return ask(
        model_admin,
        request,
        rows,
        form,
        title=gettext("Take events down"),
        button=gettext("Take down"),
    )
