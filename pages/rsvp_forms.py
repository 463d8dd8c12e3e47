"""The forms of an answer: a guest's own, and what organizers do with it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.forms.boundfield import BoundField, BoundWidget
from django.utils.translation import gettext_lazy as _

from access.sentences import SENTENCES
from comments import limits as message_limits
from config.dates import day, day_and_time
from config.errors import Invalid, flaw
from events.facts import EventFacts, QuestionFacts, TierFacts
from pages.forms import DomainForm, flag, long_text, shown, whole
from pages.question_fields import question_field
from pages.template_tags import ANSWERS, THEIR_ANSWERS
from rsvps import limits
from rsvps.enums import Attendance
from rsvps.errors import EventFull, TierFull, TierUnknown
from rsvps.facts import RsvpFacts
from rsvps.fields import RSVP, WAITING
from rsvps.models import Rsvp


class Radios(forms.RadioSelect):
    """Radio buttons; ``closed`` are the values that cannot be chosen now."""

    closed: frozenset[str] = frozenset()

    def create_option(self, name: str, value: Any, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Marks an option that cannot be chosen."""
        option: dict[str, Any] = super().create_option(name, value, *args, **kwargs)
        if value in self.closed:
            option["attrs"]["disabled"] = True
        return option


class Answers(Radios):
    """The answer as large buttons. Each is called by its own words alone: the bar at the bottom of
    a phone has labels for the same buttons."""

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """Names the label that the page gives it."""
        option = super().create_option(*args, **kwargs)
        option["attrs"]["aria-labelledby"] = f"{option['attrs']['id']}_label"
        return option


class TicketChoice(NamedTuple):
    """A ticket to choose: its radio button, whether it can be had, and the questions it comes
    with, each with the field that answers it."""

    tier: TierFacts
    radio: BoundWidget
    open: bool
    questions: list[tuple[QuestionFacts, BoundField]]


# What the page keeps folded.
_MORE = ("guest_names", "pronouns", "note")
# Of going, maybe and not going.
_ICONS = ("check", "circle-question-mark", "x")
# What the form holds of an answer that is there.
_ANSWERED = (*RSVP.names, "tier_id")


class RsvpForm(DomainForm):
    """An answer to ``event``; with ``rsvp`` it changes that one. ``tiers`` are the tickets to
    choose from; the field that answers a question is called ``form_answers.<its id>``."""

    # Whether a browser with scripts wants the required questions answered before it sends.
    insists = True

    name = shown(RSVP["name"], _("Your name"), attrs={"autocomplete": "name"})
    attendance = forms.ChoiceField(
        label=_("Are you going?"), choices=list(ANSWERS.items()), widget=Answers
    )
    tier_id = forms.UUIDField(
        label=_("Ticket"),
        required=False,
        widget=Radios,
        error_messages={"invalid": SENTENCES[TierUnknown.code]},
    )
    guest_count = whole(_("Plus-ones"), lowest=0, highest=0, initial=0)
    guest_names = shown(
        RSVP["guest_names"],
        _("Names of your plus-ones"),
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("One per line. Only the hosts and the door see them."),
    )
    email = shown(
        RSVP["email"],
        _("E-mail"),
        help_text=_("Only the hosts see it."),
        widget=forms.EmailInput,
        attrs={"autocomplete": "email"},
    )
    pronouns = shown(RSVP["pronouns"], _("Pronouns"), help_text=_("Shown next to your name."))
    note = shown(RSVP["note"], _("Note"), rows=3, help_text=_("Only the hosts read it."))
    is_private = shown(RSVP["is_private"], _("Hide my name from the guest list"))
    reminders_off = shown(
        RSVP["reminders_off"],
        _("Don’t remind me by e-mail"),
        help_text=_("Reminders come before the event begins."),
    )
    join_waitlist = shown(
        WAITING["join_waitlist"],
        _("If there is no spot left, put me on the waitlist"),
        help_text=_("A spot that opens up is yours. You can leave the waitlist any time."),
    )

    def __init__(
        self,
        *args: Any,
        event: EventFacts,
        tiers: Sequence[TierFacts] = (),
        rsvp: RsvpFacts | None = None,
        **kwargs: Any,
    ) -> None:
        if rsvp is not None:
            kwargs["initial"] = {name: getattr(rsvp, name) for name in _ANSWERED}
            kwargs["initial"] |= {_field(key): said for key, said in (rsvp.answers or {}).items()}
        super().__init__(*args, **kwargs)
        self.event, self.rsvp, self.tiers = event, rsvp, tiers
        if rsvp is None or not settings.MAIL_ENABLED:
            del self.fields["reminders_off"]
        self._offer(event)
        bring = event.max_guests_per_rsvp
        if rsvp is not None:
            bring = max(bring, rsvp.guest_count)
        elif self.no_ticket or not event.takes_going:
            self._radios("attendance").closed = frozenset({Attendance.GOING.value})
        self.fields["guest_count"].widget.attrs["max"] = bring
        self.fields["guest_count"].help_text = _("Up to %(most)s") % {"most": bring}
        self.brings_guests = bring > 0
        limited = event.capacity is not None or any(tier.capacity is not None for tier in tiers)
        going = rsvp is not None and rsvp.attendance == Attendance.GOING
        self.offers_waitlist = event.offers_waitlist and limited and not going
        # Going means the waitlist then; else it is asked whether that would do.
        self.waits = self.offers_waitlist and event.is_full and rsvp is None and self.insists
        self.initial.setdefault("join_waitlist", event.is_full)

    @property
    def asks_waitlist(self) -> bool:
        """Whether the form has to ask: there may be no spot, here or on a day that follows."""
        return self.offers_waitlist and not self.waits

    def clean(self) -> dict[str, Any] | None:
        """With one thing wrong, looks for all others: the domain is not asked then."""
        cleaned = super().clean() or {}
        given = {name: cleaned[name] for name in RSVP.names if cleaned.get(name)}
        for name in given if self.errors else ():
            with self.refusals():
                RSVP[name].kind.clean(name, given[name])
        return cleaned

    @contextmanager
    def refusals(self) -> Iterator[None]:
        """Also says beside the plus-ones how many spots are left, to a party that needs more."""
        with super().refusals():
            try:
                yield
            except EventFull as full:
                left, needed = self._spots(full)
                if not left or left >= needed:
                    raise
                raise Invalid({"guest_count": flaw("spots_left", number=left)}) from full

    def _spots(self, full: EventFull) -> tuple[int | None, int]:
        """How many are left in what is full, the event or the chosen ticket (None where counts are
        hidden), and how many the party needs besides those it has."""
        rsvp, needed = self.rsvp, 1 + (self.cleaned_data["guest_count"] or 0)
        held = rsvp.tier_id if rsvp else None
        chosen = self.cleaned_data["tier_id"] or held
        of_ticket = isinstance(full, TierFull)
        if rsvp and rsvp.attends and not (of_ticket and chosen != held):
            needed -= rsvp.party
        full_ones = [t for t in self.tiers if t.id == chosen] if of_ticket else [self.event]
        return next((each.spots_left for each in full_ones), None), needed

    @property
    def no_ticket(self) -> bool:
        """Whether none of the tickets can be had, so that nobody new can be going."""
        return bool(self.tiers) and not any(map(self.event.hands_out, self.tiers))

    @property
    def sold_out(self) -> bool:
        """Whether that is because the free ones are taken."""
        return self.no_ticket and any(tier.is_free for tier in self.tiers)

    @property
    def more_open(self) -> bool:
        """Whether what few people fill in is to be seen at once: something is in it, or wrong."""
        return any(self[name].errors or self[name].value() for name in _MORE)

    @property
    def answers(self) -> list[tuple[BoundWidget, str]]:
        """The answers as buttons, each with its icon."""
        return list(zip(self["attendance"], _ICONS, strict=True))

    @property
    def only_ticket(self) -> TierFacts | None:
        """The ticket that comes without asking, where there is no other and nothing to fill in."""
        if len(self.tiers) != 1:
            return None
        (tier,) = self.tiers
        plain = tier.is_active and tier.is_free and not tier.asked
        return tier if plain else None

    @property
    def tickets(self) -> list[TicketChoice]:
        """The tickets with their radio buttons and questions."""
        closed = self._radios("tier_id").closed
        return [
            TicketChoice(
                tier,
                radio,
                str(tier.id) not in closed,
                [(question, self[_field(question.id)]) for question in tier.asked],
            )
            for tier, radio in zip(self.tiers, self["tier_id"], strict=True)
        ]

    def values(self) -> dict[str, Any]:
        """The answer in domain words. A ticket goes with those who are going; one that was held
        before and did not change is left out, so that stepping back is never in its way."""
        asked = [name for name in RsvpForm.base_fields if name in self.fields]
        values = {name: self.cleaned_data[name] for name in asked}
        values["guest_count"] = values["guest_count"] or 0
        if "guest_names" not in self.changed_data:  # a smaller party may lose names
            del values["guest_names"]
        tier_id = values.pop("tier_id")
        going = values["attendance"] == Attendance.GOING
        ticket = {"tier_id", *(name for name in self.fields if name not in self.base_fields)}
        touched = self.rsvp is None or ticket & set(self.changed_data)
        if tier_id and going and touched:
            values["tier_id"] = tier_id
            values["form_answers"] = self._answers(tier_id)
        return values

    def _answers(self, tier_id: Any) -> dict[str, Any]:
        """What was filled in for one tier, by question id."""
        asked = [q for tier in self.tiers if tier.id == tier_id for q in tier.asked]
        given = {str(question.id): self.cleaned_data[_field(question.id)] for question in asked}
        return {key: answer for key, answer in given.items() if answer not in ("", [])}

    def _offer(self, event: EventFacts) -> None:
        """Adds the radio buttons of the tickets and a field for each of their questions."""
        held = self.rsvp and self.rsvp.tier_id
        radios = self._radios("tier_id")
        radios.choices = [(str(tier.id), tier.name) for tier in self.tiers]
        open_tiers = [tier for tier in self.tiers if tier.id == held or event.hands_out(tier)]
        radios.closed = frozenset(str(tier.id) for tier in self.tiers if tier not in open_tiers)
        offered = [t for t in open_tiers if not (t.is_full and event.offers_waitlist)] or open_tiers
        if self.rsvp is None and len(offered) == 1:
            self.initial.setdefault("tier_id", offered[0].id)
        for question in (question for tier in self.tiers for question in tier.asked):
            field = question_field(question)
            field.label, field.help_text, field.required = question.label, question.help, False
            # A group of checkboxes has no way to say that one of them is wanted.
            if self.insists and question.required and not field.widget.use_fieldset:
                field.widget.attrs["data-required"] = ""
            self.fields[_field(question.id)] = field

    def _radios(self, name: str) -> Radios:
        return cast(Radios, self.fields[name].widget)


class GuestForm(RsvpForm):
    """An answer that an organizer enters for somebody."""

    insists = False

    force = flag(
        _("Override limits"),
        help_text=_(
            "Skip capacity, deadline and approval. Any ticket can be given, and its questions can "
            "stay open. This is noted in the history."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name")
        self.fields["name"].widget.attrs["autocomplete"] = "off"
        self.fields["email"].widget.attrs["autocomplete"] = "off"
        attendance = cast(forms.ChoiceField, self.fields["attendance"])
        attendance.label, attendance.choices = _("Are they going?"), list(THEIR_ANSWERS.items())
        self._radios("attendance").closed = frozenset()
        self._radios("tier_id").closed = frozenset()
        self.fields["guest_names"].label = _("Names of their plus-ones")
        self.fields["is_private"].label = _("Hide their name from the guest list")
        self.fields["join_waitlist"].label = _("If there is no spot left, put them on the waitlist")
        self.fields["join_waitlist"].help_text = _("A spot that opens up is theirs.")


class ReasonForm(DomainForm):
    """Why an answer is turned down."""

    reason = long_text(
        _("Reason"),
        limit=limits.REASON,
        rows=3,
        help_text=_("The guest reads it. You can leave it empty."),
    )


class MergeForm(DomainForm):
    """Which of two answers stays when they are made one."""

    into = forms.TypedChoiceField(
        label=_("Which one to keep"),
        coerce=UUID,
        widget=forms.RadioSelect,
        help_text=_(
            "It keeps its link and its ticket; the other link stops working. Anyone who has its "
            "link will read the messages of both. If one of the two has a spot, that RSVP counts; "
            "if both say the same, the larger party counts."
        ),
    )

    def __init__(self, *args: Any, answers: Sequence[Rsvp], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = cast(forms.TypedChoiceField, self.fields["into"])
        field.choices = [
            (
                str(rsvp.pk),
                f"{rsvp.name}, {day_and_time(day(rsvp.created_at), rsvp.created_at)} UTC",
            )
            for rsvp in answers
        ]


class WordForm(DomainForm):
    """An organizer's words to one or more guests."""

    content = long_text(_("Message"), limit=message_limits.MESSAGE, required=True)


def _field(question_id: object) -> str:
    """What the field of a question is called: the name the domain refuses it by."""
    return f"form_answers.{question_id}"
