"""The form of an event in the admin. Its fields are read as the pages' form reads them."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, cast

from django import forms
from django.utils.timezone import now
from django.utils.translation import gettext_lazy as _

from access.sentences import message_of
from accounts.domain.images import clean_alt_text
from channels.enums import Visibility
from config.errors import ChangedMeanwhile, Invalid
from events.domain.drafts import clean_event
from events.fields import EVENT, TIMES
from events.models import Event
from events.rows import event_row
from pages.event_form import EventForm as PagesForm
from pages.event_form import clock_time
from pages.forms import ImageUpload, replace_sent, show_beside, tell_overtaken
from pages.when import zone_choices

# Three are the cover's own; the last is the edit version that the form shows.
_NO_VALUES = frozenset({"new_cover", "cover_alt", "remove_cover", "made_from"})
# The cover has fields of its own; metadata belongs to programs.
_FIELDS = EVENT.without("cover_id", "metadata").names


def _like_the_pages(name: str) -> Any:
    """A field of the pages' form."""
    return deepcopy(PagesForm.base_fields[name])


class EventForm(forms.ModelForm):  # type: ignore[type-arg]
    """An event's own fields, and its channel by name. Times are clock times in ``timezone``:
    another zone leaves the clock as it is."""

    start_time = _like_the_pages("start_time")
    end_time = _like_the_pages("end_time")
    rsvp_close_at = _like_the_pages("rsvp_close_at")
    timezone = _like_the_pages("timezone")
    tags = _like_the_pages("tags")
    reminders = _like_the_pages("reminders")
    channel_name = _like_the_pages("channel_name")
    channel_visibility = _like_the_pages("channel_visibility")
    new_cover = ImageUpload(
        label=_("New cover"),
        required=False,
        help_text=_("JPEG, PNG, WebP or GIF, at most 5 MB; re-encoded without its EXIF data."),
    )
    cover_alt = forms.CharField(
        label=_("What the cover shows"),
        required=False,
        help_text=_("For people who cannot see it."),
    )
    remove_cover = forms.BooleanField(label=_("Remove the cover"), required=False)
    made_from = forms.IntegerField(label="", required=False, widget=forms.HiddenInput)

    class Meta:
        model = Event
        fields = _FIELDS
        labels = {n: f.label for n, f in PagesForm.base_fields.items() if n in _FIELDS}
        labels |= {"host_email": _("Host’s e-mail")}
        help_texts = {n: f.help_text for n, f in PagesForm.base_fields.items() if n in _FIELDS}
        help_texts |= {"host_email": _("Their link and news about guests are sent there.")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial["made_from"] = self.instance.edit_version
        zones = cast(forms.Select, self.fields["timezone"].widget)
        zones.choices = zone_choices(str(self["timezone"].value() or ""), now())
        if not self.instance._state.adding:
            for name in TIMES:
                self.initial[name] = clock_time(
                    getattr(self.instance, name), self.instance.timezone
                )
        channel = self.instance.channel
        if channel is not None:
            private = channel.visibility == Visibility.PRIVATE
            self.initial["channel_name"] = channel.slug if private else channel.name
            self.initial["channel_visibility"] = channel.visibility
        if self.instance.cover is not None:
            self.initial["cover_alt"] = self.instance.cover.alt_text

    def clean_cover_alt(self) -> str:
        """The text as it is stored."""
        try:
            return clean_alt_text(self.cleaned_data["cover_alt"], field="cover_alt")
        except Invalid as problem:
            raise forms.ValidationError(message_of(problem)) from None

    def clean(self) -> dict[str, Any]:
        """Shows what the domain would refuse beside the field, with the input kept. What was made
        from an older state of the event is refused once: it says what has changed meanwhile."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        present = self.instance.edit_version
        if not self.instance._state.adding and cleaned.get("made_from") not in (None, present):
            self.add_error(None, message_of(ChangedMeanwhile()))
            tell_overtaken(self, [each for each in self.changed_data if each not in _NO_VALUES])
            replace_sent(self, {"made_from": str(present)})
        stored = None if self.instance._state.adding else event_row(self.instance.pk)
        try:
            if not self.errors:
                clean_event(self.changes(), stored=stored)
        except Invalid as problem:
            show_beside(self, problem)
        return cleaned

    def changes(self) -> dict[str, Any]:
        """What was filled in or changed, in domain words, without the cover. Another zone re-reads
        the clock times as they stand."""
        changed = set(self.changed_data) - _NO_VALUES
        if "timezone" in changed:
            changed |= TIMES
        typed = {name: said for name, said in self.cleaned_data.items() if name in changed}
        return {name: (said or None) if name in TIMES else said for name, said in typed.items()}

    def _post_clean(self) -> None:
        """The model judges nothing: clean() had the domain do it, and the domain writes."""
