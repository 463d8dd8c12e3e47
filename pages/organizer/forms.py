"""The organizer's forms: cover and stream, tickets and their questions, links. Fields go by their
domain names."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from access.sentences import sentence
from accounts import limits as account_limits
from accounts.enums import LinkRole
from config.errors import flaw
from config.images import MOST_BYTES
from events import limits
from events.domain.live import recordings_at
from events.domain.times import read_time, to_utc
from events.facts import EventCover, QuestionFacts, StreamFacts, TierFacts
from events.fields import HOLDER, QUESTION, STREAM, TIER
from events.kinds import exponent_of
from pages.forms import DomainForm, ImageUpload, moment, shown, text

_OPENS = [
    (LinkRole.DOOR.value, _("The door: check guests in")),
    (LinkRole.VIEWER.value, _("The guest list, read-only")),
    (LinkRole.COHOST.value, _("Everything you see here, for a co-host")),
]
_PRICE = re.compile(r"([0-9]{1,12})(?:[.,]([0-9]{1,6}))?")


class TierForm(DomainForm):
    """A ticket tier; its price is typed in whole units of the currency."""

    name = shown(TIER["name"], _("Name"))
    price_cents = text(
        _("Price"),
        limit=20,
        help_text=_("Like 12.50. Leave it empty for a free ticket."),
        attrs={"inputmode": "decimal", "autocomplete": "off"},
    )
    currency = shown(
        TIER["currency"],
        _("Currency"),
        required=True,
        initial="EUR",
        help_text=_("Its code, like EUR or USD."),
        attrs={"list": "currencies", "autocomplete": "off", "spellcheck": "false"},
    )
    capacity = shown(
        TIER["capacity"],
        _("Quantity"),
        help_text=_("Leave empty for no limit other than the event’s."),
    )
    position = shown(TIER["position"], _("Order"), help_text=_("Smaller numbers come first."))
    is_active = shown(TIER["is_active"], _("Offer it to guests"), initial=True)

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
                cleaned["price_cents"] = cents(price or "0", decimals)
            except forms.ValidationError as problem:
                self.add_error("price_cents", problem)
        return cleaned

    def values(self) -> dict[str, Any]:
        """The tier in domain words; without a place it keeps its own, or comes last."""
        left_out = {"position"} if self.cleaned_data["position"] is None else set()
        return {name: said for name, said in self.cleaned_data.items() if name not in left_out}


class QuestionForm(DomainForm):
    """A question of a ticket's form."""

    label = shown(QUESTION["label"], _("Question"))
    kind = shown(QUESTION["kind"], _("Kind of answer"), required=True)
    options = shown(
        QUESTION["options"],
        _("Options"),
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_("One per line, for single and multiple choice."),
    )
    help = shown(QUESTION["help"], _("Hint"), help_text=_("Shown with the question."))
    required = shown(QUESTION["required"], _("Guests have to answer it"))

    def __init__(self, *args: Any, question: QuestionFacts | None = None, **kwargs: Any) -> None:
        if question is not None:
            kwargs["initial"] = {name: getattr(question, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)


class CoverForm(DomainForm):
    """An event's picture and what it shows. Without a cover there has to be one."""

    image = ImageUpload(
        label=_("Picture"),
        help_text=format_lazy(
            _(
                "JPEG, PNG, WebP or GIF, at most {limit} MB. Wide pictures fit best. We don’t keep "
                "where and when a photo was taken."
            ),
            limit=MOST_BYTES // 1024**2,
        ),
    )
    alt_text = text(
        _("What it shows"),
        limit=account_limits.ALT_TEXT,
        help_text=_("One sentence for people who cannot see it."),
    )

    def __init__(self, *args: Any, cover: EventCover | None = None, **kwargs: Any) -> None:
        if cover is not None:
            kwargs["initial"] = {"alt_text": cover.alt_text}
        super().__init__(*args, **kwargs)
        if cover is not None:
            self.fields["image"].required = False
            self.fields["image"].label = _("Another picture")


class TitleForm(DomainForm):
    """The title of an event, typed once more before the event is deleted."""

    typed = text(
        _("Type the title to delete the event"),
        limit=limits.TITLE,
        required=True,
        attrs={"autocomplete": "off", "spellcheck": "false"},
    )

    def __init__(self, *args: Any, title: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._title = title

    def clean_typed(self) -> str:
        """What was typed, whatever its case and spaces."""
        typed: str = self.cleaned_data["typed"]
        if typed.casefold().split() != self._title.casefold().split():
            raise forms.ValidationError(sentence(flaw("not_the_title")))
        return typed


class StreamForm(DomainForm):
    """An event's stream; recordings as one address on each line."""

    status = shown(STREAM["status"], _("Status"), required=True)
    playback_url = shown(
        STREAM["playback_url"],
        _("Where to watch it"),
        help_text=_("The address of the stream, starting with https://. A live stream needs it."),
    )
    recordings = shown(
        STREAM["recordings"],
        _("Recordings"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Their addresses, one per line. A recorded stream needs one."),
    )
    thumbnail_url = shown(
        STREAM["thumbnail_url"],
        _("Preview image"),
        help_text=_("Its address, for apps that show the stream. This site does not load it."),
    )
    chat_enabled = shown(
        STREAM["chat_enabled"],
        _("Chat is on"),
        help_text=_("For apps that show the stream with a chat."),
    )

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


class HelperLinkForm(DomainForm):
    """A new link for helpers. ``zone`` is the clock the event runs by."""

    label = text(
        _("Name of the link"),
        limit=limits.LINK_LABEL,
        required=True,
        help_text=_("Like Main entrance. A door’s name is shown beside each of its scans."),
        attrs={"autocomplete": "off"},
    )
    expires_at = moment(_("Works until"))

    def __init__(self, *args: Any, zone: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone = zone
        self.fields["expires_at"].help_text = format_lazy(
            _("In the event’s time zone ({zone}). Leave empty for no expiry."), zone=zone
        )

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


class LinkForm(HelperLinkForm):
    """The same with what the link opens, the door unless it says otherwise, and who holds it."""

    role = forms.ChoiceField(label=_("What it opens"), choices=_OPENS, required=False)
    name = shown(HOLDER["name"], _("Who it is for"))
    email = shown(
        HOLDER["email"],
        _("Their e-mail address"),
        help_text=_("Only organizers see it. A lost link is mailed there."),
        attrs={"inputmode": "email", "autocomplete": "off"},
    )
    show_name = shown(HOLDER["show_name"], _("Show their name as a host, if they are a co-host"))
    field_order = ["role", "label", "name", "email", "show_name", "expires_at"]

    def values(self) -> dict[str, Any]:
        """What make_link() takes. Raises Invalid."""
        holder = {name: self.cleaned_data[name] for name in HOLDER.names}
        role = LinkRole(self.cleaned_data["role"] or LinkRole.DOOR)
        return super().values() | holder | {"role": role}


def cents(price: str, decimals: int) -> int:
    """A typed price in the currency's smallest unit, of which a whole one has so many decimals.
    Raises ValidationError."""
    match = _PRICE.fullmatch(price)
    if match is None:
        raise forms.ValidationError(sentence(flaw("not_a_price")))
    fraction = (match[2] or "").rstrip("0")
    if len(fraction) > decimals:
        wrong = flaw("too_many_decimals", limit=decimals) if decimals else flaw("no_decimals")
        raise forms.ValidationError(sentence(wrong))
    return int(match[1] + fraction.ljust(decimals, "0"))
