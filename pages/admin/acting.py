"""Actions: carried out row by row, with a page in between where something has to be said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from django import forms
from django.contrib import messages
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import ngettext, ngettext_lazy

from access.sentences import one_line
from config.errors import DomainError, Invalid

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

ROTATED = ngettext_lazy("%(count)s link replaced.", "%(count)s links replaced.", "count")
# Refusals said one by one; a list of a hundred is read by nobody.
_MOST_SAID = 20


class Shown(NamedTuple):
    """A key that is shown once: what it is, and its text."""

    name: str
    text: str


class Tool(NamedTuple):
    """A button on a row's page that carries an action out."""

    action: str
    label: StrOrPromise


def each(
    model_admin: Any,
    request: HttpRequest,
    rows: Iterable[Any],
    act: Callable[[Any], object],
    done: Any,
    *,
    by_form: bool = False,
) -> None:
    """Acts on each row. Refusals are said by the row's name, the other rows go through; ``done``
    says so, by ngettext_lazy() with their ``count``. What a form said is the same for all rows:
    ``by_form`` raises Invalid, which the first row does before anything is written."""
    refused, count = [], 0
    for row in rows:
        try:
            act(row)
        except DomainError as problem:
            if by_form and isinstance(problem, Invalid):
                raise
            refused.append(f"{row}: {one_line(problem)}")
        else:
            count += 1
    tell_outcome(model_admin, request, refused, count, done)


def tell_outcome(
    model_admin: Any, request: HttpRequest, refused: list[str], count: int, done: Any
) -> None:
    """Says what became of many rows: a line for each that was refused, as far as somebody reads
    them, and how many were ``done``, a sentence by ngettext_lazy()."""
    if len(refused) > _MOST_SAID:
        more = len(refused) - _MOST_SAID
        said = ngettext("%(count)s more was refused.", "%(count)s more were refused.", more)
        refused[_MOST_SAID:] = [said % {"count": more}]
    for line in refused:
        model_admin.message_user(request, line, messages.ERROR)
    if count:
        model_admin.message_user(request, done % {"count": count}, messages.SUCCESS)


@contextmanager
def refusals_as_messages(request: HttpRequest) -> Iterator[None]:
    """Turns a DomainError raised inside into a message of the admin, and goes on after it."""
    try:
        yield
    except DomainError as problem:
        messages.error(request, one_line(problem))


def sent(request: HttpRequest) -> Any:
    """The data of the page in between, None before it was shown."""
    return request.POST if "apply" in request.POST else None


def ask(
    model_admin: Any,
    request: HttpRequest,
    rows: Iterable[Any],
    form: forms.Form,
    *,
    title: StrOrPromise,
    button: StrOrPromise,
) -> HttpResponse:
    """The page in between: the rows that were selected, and a form to fill in."""
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "rows": [str(row) for row in rows],
        "form": form,
        "button": button,
        "action": request.POST["action"],
        "chosen": request.POST.getlist(ACTION_CHECKBOX_NAME),
        "chosen_name": ACTION_CHECKBOX_NAME,
        "select_across": request.POST.get("select_across", "0"),
        "from_page": "from_page" in request.POST,
        "media": model_admin.media + form.media,
    }
    return TemplateResponse(request, "admin/ask.html", context)


def show_once(
    model_admin: Any, request: HttpRequest, keys: list[Shown], *, title: StrOrPromise, back: str
) -> HttpResponse:
    """The one page that shows fresh keys; they are stored nowhere, and no cache keeps
    a page of the admin. ``back`` is where to go on."""
    context = {
        **model_admin.admin_site.each_context(request),
        "opts": model_admin.opts,
        "title": title,
        "keys": keys,
        "back": back,
    }
    return TemplateResponse(request, "admin/shown_once.html", context)
