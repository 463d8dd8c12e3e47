"""What the organizer's list of guests is narrowed to, and the way back to it after every act."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import pgettext_lazy

from config.keyset import beyond
from events.facts import EventFacts, TierFacts
from pages.organizer.guest_filter import GuestFilter
from rsvps.domain.capacity import AnswerTotals
from rsvps.enums import Approval, Attendance
from rsvps.facts import RsvpFacts
from rsvps.models import Rsvp

# The groups of guests by name, each with what narrows the list to it. All come last.
GROUPS: Mapping[str, tuple[str | Promise, dict[str, str]]] = {
    "going": (
        pgettext_lazy("group of guests", "Going"),
        {"status": Attendance.GOING.value, "approval": Approval.APPROVED.value},
    ),
    "waiting": (pgettext_lazy("group of guests", "Waiting"), {"approval": Approval.PENDING.value}),
    "maybe": (
        pgettext_lazy("group of guests", "Maybe"),
        {"status": Attendance.INTERESTED.value, "approval": Approval.APPROVED.value},
    ),
    "waitlist": (
        pgettext_lazy("group of guests", "Waitlist"),
        {"approval": Approval.WAITLISTED.value},
    ),
    "not_going": (
        pgettext_lazy("group of guests", "Can’t go"),
        {"status": Attendance.NOT_GOING.value, "approval": Approval.APPROVED.value},
    ),
    "declined": (
        pgettext_lazy("group of guests", "Declined"),
        {"approval": Approval.REJECTED.value},
    ),
    "all": (pgettext_lazy("group of guests", "Everyone"), {}),
}
# Those that stand above the list; the others are in a menu.
TILES = ("going", "waiting", "maybe", "waitlist")


class Group(NamedTuple):
    """A group of guests as a link that narrows the list: how many RSVPs it holds, and how many
    people where that is known to be more."""

    name: str
    label: str
    query: str
    number: int
    people: int
    current: bool


def groups_of(totals: AnswerTotals, narrowed: GuestFilter) -> list[Group]:
    """The groups in the order of GROUPS, with the one marked that the list shows."""
    sizes = _sizes(totals)
    shown = {name: said for name, said in _said(narrowed).items() if name in ("status", "approval")}
    return [
        Group(name, str(label), f"?{urlencode(words)}", *sizes[name], words == shown)
        for name, (label, words) in GROUPS.items()
    ]


def _sizes(totals: AnswerTotals) -> dict[str, tuple[int, int]]:
    """RSVPs and people of each group."""
    of = {name: (rsvps, rsvps + guests) for name, (rsvps, guests) in totals.approved.items()}
    waiting, waitlisted, rejected = totals.pending, totals.waitlisted, totals.rejected
    everybody = sum(rsvps for rsvps, _ in of.values()) + waiting + waitlisted + rejected
    return {
        "going": of[Attendance.GOING],
        "waiting": (waiting, 0),
        "maybe": of[Attendance.INTERESTED],
        "waitlist": (waitlisted, 0),
        "not_going": (of[Attendance.NOT_GOING][0], 0),
        "declined": (rejected, 0),
        "all": (everybody, 0),
    }


class ListState:
    """The list an organizer came from: what it is narrowed to, and its page. It is sent along with
    every act as fields of these names, so that the list comes back as it was."""

    def __init__(self, words: Mapping[str, Any], tiers: list[TierFacts]) -> None:
        self.narrowed = GuestFilter(words, tiers=tiers)
        self.number = _whole(words.get("page", ""))

    @classmethod
    def of(cls, request: HttpRequest, tiers: list[TierFacts]) -> ListState:
        """As the query string says, or the form that was sent."""
        return cls(request.POST if request.method == "POST" else request.GET, tiers)

    def hidden_values(self) -> SafeString:
        """Hidden inputs that send it along."""
        page = [(self.number,)] if self.number > 1 else []
        return self.narrowed.hidden_values() + format_html_join(
            "", '<input type="hidden" name="page" value="{}">', page
        )

    @property
    def query(self) -> str:
        """The query string of the list, "" when it shows everybody."""
        words = _said(self.narrowed) | ({"page": str(self.number)} if self.number > 1 else {})
        return f"?{urlencode(words)}" if words else ""

    def back(self, event: EventFacts, *, beside: str = "") -> HttpResponse:
        """303 to the list. ``beside`` is the id of the guest who is shown next, as it was sent;
        what is no id is left out."""
        there = reverse("owner", args=[event.id]) + self.query
        try:
            guest = UUID(beside)
        except ValueError:
            return HttpResponseRedirect(there, status=303)
        joint = "&" if self.query else "?"
        return HttpResponseRedirect(f"{there}{joint}open={guest}#guest-{guest}", status=303)

    def next_request(self, event: EventFacts, after: RsvpFacts) -> UUID | None:
        """The request behind an answer in the list, else the first of those before it. Two queries
        at most."""
        words = self.narrowed.narrowed() | {"approval": Approval.PENDING.value}
        waiting = Rsvp.objects.of_event(event.id).order_by("created_at", "id").narrowed(**words)
        ids = waiting.exclude(pk=after.id).values_list("id", flat=True)
        return ids.filter(beyond("created_at", after.created_at, after.id)).first() or ids.first()


def _whole(said: str) -> int:
    """The number of a page; 1 for what is none."""
    try:
        return max(int(said), 1)
    except ValueError:
        return 1


def _said(narrowed: GuestFilter) -> dict[str, str]:
    """What narrows it, without what does not."""
    narrowed.is_valid()
    return {name: said for name, said in narrowed.cleaned_data.items() if said}
