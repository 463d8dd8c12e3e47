"""The forms that know of series: how a new event repeats, and how far a change goes."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import QueryDict

from access.events import SeenEvent, ensure_owns_series
from accounts.domain.actors import Actor
from config.errors import Invalid, NotAllowed
from events import limits
from events.enums import Scope
from pages.event_form import EventForm
from pages.forms import DomainForm, Lines, flag, text, whole

_OWN = "own"
_REPEATS = [
    ("", "Does not repeat"),
    ("FREQ=DAILY", "Every day"),
    ("FREQ=WEEKLY", "Every week"),
    ("FREQ=WEEKLY;INTERVAL=2", "Every two weeks"),
    ("FREQ=MONTHLY", "Every month, on the same date"),
    ("FREQ=YEARLY", "Every year"),
    (_OWN, "By a rule of my own"),
]


class NewEventForm(EventForm):
    """A new event, which may repeat. ``recurrence`` stands for all that is wrong with its rule."""

    recurrence = forms.ChoiceField(label="Repeats", choices=_REPEATS, required=False)
    recurrence_count = whole(
        "How many times",
        lowest=1,
        highest=limits.RRULE_COUNT,
        help_text="Leave empty to go on, or until the last day.",
    )
    recurrence_until = forms.CharField(
        label="Last day", required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    recurrence_rule = text(
        "A rule of my own",
        limit=limits.RRULE,
        help_text="As calendars write it: FREQ=MONTHLY;BYDAY=2TU is every second Tuesday.",
        attrs={"spellcheck": "false", "autocomplete": "off"},
    )
    recurrence_exdates = Lines(
        label="Not on",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Dates that are left out, like 2030-12-24, one on each line.",
    )
    _side_by_side: ClassVar = EventForm._side_by_side | {"recurrence_count": "recurrence_until"}
    _begins: ClassVar = EventForm._begins | {"recurrence": "Repeats"}

    def values(self) -> dict[str, Any]:
        """What a new event is made with, and how it repeats."""
        values = {
            name: value
            for name, value in super().values().items()
            if not name.startswith("recurrence")
        }
        typed = self.cleaned_data
        if typed["recurrence"]:
            exdates = typed["recurrence_exdates"]
            values["recurrence"] = {"rrule": self._rule(), "exdates": exdates}
        return values

    def _rule(self) -> str:
        typed = self.cleaned_data
        rule = typed["recurrence_rule"] if typed["recurrence"] == _OWN else typed["recurrence"]
        if typed["recurrence_count"] is not None:
            rule += f";COUNT={typed['recurrence_count']}"
        if typed["recurrence_until"]:
            rule += f";UNTIL={typed['recurrence_until'].replace('-', '')}"
        return str(rule)


class ScopeForm(DomainForm):
    """How far a change of an occurrence goes. For others than the owners of its series, and for an
    event by itself, it asks nothing: ``asks`` is False."""

    scope = forms.ChoiceField(
        label="For which events", choices=Scope.choices, required=False, widget=forms.RadioSelect
    )
    overwrite = flag(
        "Also what was changed in single events",
        help_text="Otherwise what you changed in one of them by itself stays as it is.",
    )
    recurrence = text(
        "Rule",
        limit=limits.RRULE,
        help_text="A new rule is for the events from here on, or for all that are to come. Events "
        "on days it no longer has are cancelled if anybody answered, and deleted if not.",
        attrs={"spellcheck": "false", "autocomplete": "off"},
    )

    def __init__(self, *args: Any, asks: bool, rule: str = "", **kwargs: Any) -> None:
        kwargs["initial"] = {"recurrence": rule, "scope": Scope.THIS}
        super().__init__(*args, **kwargs)
        self.asks = asks
        if not asks:
            self.fields.clear()
        elif not rule:
            del self.fields["recurrence"]

    @property
    def scope_chosen(self) -> Scope:
        """How far the change goes."""
        return Scope(self.cleaned_data.get("scope") or Scope.THIS)

    @property
    def wider(self) -> dict[str, Any]:
        """The scope as functions take it that change several occurrences."""
        return {"scope": self.scope_chosen, "overwrite": self.cleaned_data["overwrite"]}

    @property
    def new_rule(self) -> dict[str, Any]:
        """The recurrence that was typed, if it is another."""
        typed = self.cleaned_data.get("recurrence")
        changed = typed and "recurrence" in self.changed_data
        return {"recurrence": {"rrule": typed}} if changed else {}


def scope_form(
    actor: Actor, event: SeenEvent, sent: QueryDict | None, *, rule: bool = False
) -> ScopeForm:
    """The form about an event, as it was sent; with ``rule`` it takes a new rule, too."""
    try:
        ensure_owns_series(actor, event)
    except (Invalid, NotAllowed):
        return ScopeForm(sent, asks=False)
    return ScopeForm(sent, asks=True, rule=event.row.series_rrule or "" if rule else "")
