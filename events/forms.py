"""The forms of an event, its cover and stream, its tickets and their questions. Fields go by their
domain names."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import forms

from accounts import limits as account_limits
from channels import limits as channel_limits
from channels.enums import Visibility
from config.forms import DomainForm, Lines, flag, long_text, moment, text, whole
from config.images import MOST_BYTES, ImageUpload
from events import limits
from events.domain.live import recordings_at
from events.domain.tiers import exponent_of
from events.domain.times import read_time, to_utc
from events.enums import Format, QuestionKind, StreamStatus
from events.facts import EventCover, EventFacts, QuestionFacts, StreamFacts, TierFacts

_TIMES = frozenset({"start_time", "end_time", "rsvp_close_at"})
_CHANNEL = frozenset({"channel_name", "channel_visibility"})
# A fresh event gets these from the domain when they are left empty; a change has to say them.
_NEEDED_BY_CHANGES = ("timezone", "format", "max_guests_per_rsvp")
_PRICE = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,6}))?")


class EventForm(DomainForm):
    """All of an event. Times are clock times in ``timezone``."""

    title = text("Title", limit=limits.TITLE, required=True)
    start_time = moment("Starts", required=True)
    end_time = moment("Ends")
    timezone = text(
        "Time zone",
        limit=limits.TIMEZONE,
        initial="UTC",
        help_text="The clock the event runs by, like Europe/Berlin or America/Chicago.",
        attrs={"list": "zones", "autocomplete": "off", "spellcheck": "false"},
    )
    format = forms.ChoiceField(
        label="Format", choices=Format.choices, initial=Format.IN_PERSON, required=False
    )
    location = text("Location", limit=limits.LOCATION, help_text="A place or an address.")
    online_url = text(
        "Online link",
        limit=limits.URL,
        help_text="Where to join, starting with https://.",
        attrs={"inputmode": "url"},
    )
    description = long_text(
        "Description",
        limit=limits.DESCRIPTION,
        rows=8,
        help_text="Markdown works: **bold**, _italic_, lists and [links](https://example.org).",
    )
    capacity = whole(
        "Places",
        lowest=1,
        highest=limits.CAPACITY,
        help_text="Guests that people bring count too. Leave empty for no limit.",
    )
    max_guests_per_rsvp = whole(
        "Guests each person may bring",
        lowest=0,
        highest=limits.GUESTS_PER_RSVP,
        initial=limits.DEFAULT_GUESTS_PER_RSVP,
    )
    is_private = flag(
        "Private event", help_text="In no list and no search. Who has its link can see it."
    )
    approval_required = flag(
        "I approve each guest",
        help_text="Answers wait for you. The place is shown to approved guests only.",
    )
    hide_location = flag(
        "Show the place to guests only",
        help_text="The location and the online link appear once somebody is going.",
    )
    rsvps_closed = flag("RSVPs are closed", help_text="Nobody new can answer until you reopen.")
    rsvp_close_at = moment("Close RSVPs at", help_text="In the event's time zone.")
    channel_name = text(
        "Channel",
        limit=channel_limits.SLUG,
        help_text="Lists this event with others. For a private channel you already have, "
        "use the last part of its address.",
    )
    channel_visibility = forms.ChoiceField(
        label="If the channel is new, it is",
        choices=Visibility.choices,
        initial=Visibility.PUBLIC,
        required=False,
        widget=forms.RadioSelect,
    )
    tags = text(
        "Tags",
        limit=limits.TAGS * (limits.TAG + 2),
        help_text=f"Up to {limits.TAGS}, with commas between them.",
    )

    def __init__(self, *args: Any, event: EventFacts | None = None, **kwargs: Any) -> None:
        if event is not None:
            kwargs["initial"] = _initial(event)
        super().__init__(*args, **kwargs)
        if event is not None:
            for name in _NEEDED_BY_CHANGES:
                self.fields[name].required = True
            for field in self.fields.values():
                field.show_hidden_initial = True

    def values(self) -> dict[str, Any]:
        """What a new event is made with; what was left empty keeps its default."""
        return {
            field: value for field, value in self._typed().items() if value not in (None, "", [])
        }

    def changes(self) -> dict[str, Any]:
        """What the visitor changed. Another zone re-reads the clock times as they stand."""
        changed = set(self.changed_data)
        if "timezone" in changed:
            changed |= _TIMES
        if changed & _CHANNEL:
            changed |= _CHANNEL
        return {field: value for field, value in self._typed().items() if field in changed}

    def _typed(self) -> dict[str, Any]:
        typed = dict(self.cleaned_data)
        for field in _TIMES:
            typed[field] = typed[field] or None
        typed["tags"] = [tag.strip() for tag in typed["tags"].split(",") if tag.strip()]
        return typed


class TierForm(DomainForm):
    """A ticket tier; its price is typed in whole units of the currency."""

    name = text("Name", limit=limits.TIER_NAME, required=True)
    price_cents = text(
        "Price",
        limit=20,
        help_text="Like 12.50. Leave it empty for a free ticket.",
        attrs={"inputmode": "decimal", "autocomplete": "off"},
    )
    currency = text(
        "Currency",
        limit=3,
        required=True,
        initial="EUR",
        help_text="Its code, like EUR or USD.",
        attrs={"list": "currencies", "autocomplete": "off", "spellcheck": "false"},
    )
    capacity = whole(
        "Tickets in all",
        lowest=1,
        highest=limits.CAPACITY,
        help_text="Leave empty for no limit but the event's.",
    )
    position = whole(
        "Place in the list",
        lowest=0,
        highest=10_000,
        help_text="Smaller numbers come first.",
    )
    is_active = flag("Offer it to guests", initial=True)

    def __init__(self, *args: Any, tier: TierFacts | None = None, **kwargs: Any) -> None:
        if tier is not None:
            kwargs["initial"] = {name: getattr(tier, name) for name in self.base_fields}
            kwargs["initial"]["price_cents"] = tier.amount
        super().__init__(*args, **kwargs)

    def clean(self) -> dict[str, Any]:
        """Turns the price into the currency's smallest unit. An unknown currency has none; the
        domain refuses it."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        decimals = exponent_of(cleaned.get("currency", "").upper())
        price = cleaned.pop("price_cents", None)
        if price is not None and decimals is not None:
            try:
                cleaned["price_cents"] = _cents(price or "0", decimals)
            except forms.ValidationError as problem:
                self.add_error("price_cents", problem)
        return cleaned

    def values(self) -> dict[str, Any]:
        """The tier in domain words; without a place it keeps its own, or comes last."""
        left_out = {"position"} if self.cleaned_data["position"] is None else set()
        return {name: said for name, said in self.cleaned_data.items() if name not in left_out}


class QuestionForm(DomainForm):
    """A question of a ticket's form."""

    label = text("Question", limit=limits.QUESTION_LABEL, required=True)
    kind = forms.ChoiceField(label="Answered by", choices=QuestionKind.choices)
    options = Lines(
        label="Options",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One on each line, for the kinds that let guests choose.",
    )
    help = text("Hint", limit=limits.QUESTION_HELP, help_text="Shown with the question.")
    required = flag("Guests have to answer it")

    def __init__(self, *args: Any, question: QuestionFacts | None = None, **kwargs: Any) -> None:
        if question is not None:
            kwargs["initial"] = {name: getattr(question, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)


class CoverForm(DomainForm):
    """An event's picture and what it shows. Without a cover there has to be one."""

    image = ImageUpload(
        label="Picture",
        help_text=f"JPEG, PNG, WebP or GIF, at most {MOST_BYTES // 1024**2} MB. Wide ones fit "
        "best. Where and when a photo was taken is not kept.",
    )
    alt_text = text(
        "What it shows",
        limit=account_limits.ALT_TEXT,
        help_text="One sentence for people who cannot see it.",
    )

    def __init__(self, *args: Any, cover: EventCover | None = None, **kwargs: Any) -> None:
        if cover is not None:
            kwargs["initial"] = {"alt_text": cover.alt_text}
        super().__init__(*args, **kwargs)
        if cover is not None:
            self.fields["image"].required = False
            self.fields["image"].label = "Another picture"


class StreamForm(DomainForm):
    """An event's stream; recordings as one address on each line."""

    status = forms.ChoiceField(label="Status", choices=StreamStatus.choices)
    playback_url = text(
        "Where to watch it",
        limit=limits.URL,
        help_text="The address of the stream, starting with https://. A live stream needs it.",
        attrs={"inputmode": "url"},
    )
    recordings = Lines(
        label="Recordings",
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="Their addresses, one on each line. A recorded stream needs one.",
    )
    thumbnail_url = text(
        "Preview image",
        limit=limits.URL,
        help_text="Its address, for apps that show the stream. This site does not load it.",
        attrs={"inputmode": "url"},
    )
    chat_enabled = flag("Chat is on", help_text="For apps that show the stream with a chat.")

    def __init__(self, *args: Any, stream: StreamFacts | None = None, **kwargs: Any) -> None:
        self._known = stream.recordings if stream else []
        if stream is not None:
            kwargs["initial"] = {name: getattr(stream, name) for name in self.base_fields}
            kwargs["initial"]["recordings"] = [each["url"] for each in self._known]
        super().__init__(*args, **kwargs)

    def values(self) -> dict[str, Any]:
        """The stream in domain words."""
        recordings = recordings_at(self.cleaned_data["recordings"], self._known)
        return self.cleaned_data | {"recordings": recordings}


class DoorLinkForm(DomainForm):
    """A new link to an event's door. ``zone`` is the clock the event runs by."""

    label = text(
        "Name of the door",
        limit=limits.LINK_LABEL,
        required=True,
        help_text="Like Main entrance. Helpers see it beside each scan.",
        attrs={"autocomplete": "off"},
    )
    expires_at = moment("Works until")

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields[
            "expires_at"
        ].help_text = f"By the event's clock ({zone}). Leave empty to end it by hand."

    def values(self) -> dict[str, Any]:
        """What make_link() takes. Raises Invalid."""
        typed = self.cleaned_data["expires_at"]
        if not typed:
            return {"label": self.cleaned_data["label"]}
        until = read_time(typed, field="expires_at")
        return {
            "label": self.cleaned_data["label"],
            "expires_at": to_utc(until, field="expires_at", stored_zone=self.zone),
        }


def _cents(price: str, decimals: int) -> int:
    match = _PRICE.fullmatch(price)
    if match is None:
        raise forms.ValidationError("Use a price like 12.50.")
    fraction = (match[2] or "").rstrip("0")
    if len(fraction) > decimals:
        kept = f"{decimals} decimals" if decimals else "no decimals"
        raise forms.ValidationError(f"Prices in this currency have {kept}.")
    return int(match[1] + fraction.ljust(decimals, "0"))


def _initial(event: EventFacts) -> dict[str, Any]:
    channel = event.channel
    return {
        "title": event.title,
        "start_time": _clock_time(event.start_time, event.timezone),
        "end_time": _clock_time(event.end_time, event.timezone),
        "timezone": event.timezone,
        "format": event.format,
        "location": event.location,
        "online_url": event.online_url,
        "description": event.description,
        "capacity": event.capacity,
        "max_guests_per_rsvp": event.max_guests_per_rsvp,
        "is_private": event.is_private,
        "approval_required": event.approval_required,
        "hide_location": event.hide_location,
        "rsvps_closed": event.closed_by_hand,
        "rsvp_close_at": _clock_time(event.rsvp_close_at, event.timezone),
        "channel_name": channel.name if channel else "",
        "channel_visibility": channel.visibility if channel else Visibility.PUBLIC,
        "tags": ", ".join(event.tags),
    }


def _clock_time(when: datetime | None, zone: str) -> str:
    return "" if when is None else f"{when.astimezone(ZoneInfo(zone)):%Y-%m-%dT%H:%M}"
