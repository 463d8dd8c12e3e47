"""The forms that know of series: how a new event repeats, and how far a change goes."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from access.events import SeenEvent, ensure_owns_series
from access.sentences import sentence
from accounts.domain.actors import Actor
from config.cleaners import Whole
from config.errors import Invalid, NotAllowed, flaw
from events import limits
from events.domain.recurrence import EXDATES, RULE
from events.enums import Scope
from pages.event_form import EventForm
from pages.forms import DomainForm, ImageUpload, Lines, flag, show_beside, text, whole

_OWN = "own"
# What means something only once it is chosen how the event repeats.
_REPEATING = ("recurrence_count", "recurrence_until", "recurrence_rule", "recurrence_exdates")
_REPEATS = [
    ("", _("Once")),
    ("FREQ=DAILY", _("Every day")),
    ("FREQ=WEEKLY", _("Every week")),
    ("FREQ=WEEKLY;INTERVAL=2", _("Every two weeks")),
    ("FREQ=MONTHLY", _("Every month, on the same date")),
    ("FREQ=YEARLY", _("Every year")),
    (_OWN, _("Custom rule")),
]


class NewEventForm(EventForm):
    """A new event, which may repeat and have a picture."""

    recurrence = forms.ChoiceField(label=_("Repeats"), choices=_REPEATS, required=False)
    recurrence_count = whole(
        _("How many times"),
        lowest=1,
        highest=limits.RRULE_COUNT,
    )
    recurrence_until = forms.CharField(
        label=_("Or until"), required=False, widget=forms.DateInput(attrs={"type": "date"})
    )
    recurrence_rule = text(
        _("Your rule"),
        limit=limits.RRULE,
        help_text=_(
            "As calendars write it: FREQ=MONTHLY;BYDAY=2TU is the second Tuesday of each month."
        ),
        attrs={"spellcheck": "false", "autocomplete": "off"},
    )
    recurrence_exdates = Lines(
        label=_("Not on"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("Dates to leave out, like 2030-12-24, one per line."),
    )
    cover = ImageUpload(label=_("Photo"), required=False)

    def clean(self) -> dict[str, Any]:
        """Refuses what does not go together, beside the field that is to be changed."""
        cleaned = super().clean()
        chosen = cleaned.get("recurrence")
        typed = {name: cleaned.get(name) for name in _REPEATING}
        if chosen == "" and any(said not in (None, "", []) for said in typed.values()):
            self._refuse("recurrence", "repeats_not_chosen")
        elif chosen and chosen != _OWN and typed["recurrence_rule"]:
            self._refuse("recurrence_rule", "own_rule_not_chosen")
        if (count := typed["recurrence_count"]) is not None:
            with super().refusals():
                Whole(1, limits.RRULE_COUNT).clean("recurrence_count", count)
        if until := typed["recurrence_until"]:
            try:
                date.fromisoformat(until)
            except ValueError:
                self._refuse("recurrence_until", "not_a_date")
            else:
                if count is not None:
                    self._refuse("recurrence_until", "times_or_last_day")
        return cleaned

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """The same, with what is wrong with the rule beside the field that it was typed into."""
        own = self.cleaned_data.get("recurrence") == _OWN
        rule = "recurrence_rule" if own else "recurrence"
        with super().refusals():
            try:
                yield
            except Invalid as problem:
                raise Invalid(
                    {
                        field.replace(RULE, rule).replace(EXDATES, "recurrence_exdates"): flaws
                        for field, flaws in problem.errors.items()
                    }
                ) from None

    @property
    def wrong_repeat(self) -> bool:
        """Whether something is wrong with how it repeats."""
        return not self.errors.keys().isdisjoint({"recurrence", *_REPEATING})

    @property
    def repeats(self) -> str:
        """How often it repeats, in words."""
        return str(dict(_REPEATS).get(self["recurrence"].value() or "", ""))

    def _refuse(self, field: str, why: str) -> None:
        self.add_error(field, sentence(flaw(why)))

    def values(self) -> dict[str, Any]:
        """What a new event is made with, and how it repeats."""
        values = super().values()
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
            rule += f";UNTIL={date.fromisoformat(typed['recurrence_until']):%Y%m%d}"
        return str(rule)


class ScopeForm(DomainForm):
    """How far a change of an occurrence goes. For others than the owners of its series, and for an
    event by itself, it asks nothing: ``asks`` is False."""

    scope = forms.ChoiceField(
        label=_("Apply to"), choices=Scope.choices, required=False, widget=forms.RadioSelect
    )
    overwrite = flag(
        _("Overwrite changes made to single events"),
        help_text=_(
            "If you changed one of them individually, that change is kept unless you tick this."
        ),
    )
    recurrence = text(
        _("Rule"),
        limit=limits.RRULE,
        help_text=_(
            "A new rule applies to this event and those that follow, or to all upcoming events. "
            "Events on days it no longer includes are cancelled if anyone has RSVP’d, and deleted "
            "if not."
        ),
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

    def clean(self) -> dict[str, Any]:
        """Refuses a new rule for a single occurrence."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.new_rule and self.scope_chosen == Scope.THIS:
            self.add_error("recurrence", sentence(flaw("new_rule_for_one")))
        return cleaned

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Takes what names its own fields; the rest is for the other form of the page."""
        try:
            yield
        except Invalid as problem:
            if {field.partition(".")[0] for field in problem.errors} - self.fields.keys():
                raise
            show_beside(self, problem)

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
