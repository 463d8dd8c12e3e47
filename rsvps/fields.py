"""The fields of RSVPs: each is spelt here, once. See config/cleaners.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from config.cleaners import Email, Field, Flag, Id, OneOf, Table, Text, Texts, Whole
from events.limits import GUESTS_PER_RSVP
from rsvps import limits
from rsvps.enums import Attendance


@dataclass(frozen=True, slots=True)
class FormAnswers:
    """Answers by question id; what each may hold is up to its question, see
    clean_form_answers()."""

    def clean(self, field: str, value: Any) -> Any:
        """The answers as they came."""
        return value


RSVP = Table(
    # A name is read by organizers, by other guests and in mails: nobody may be led away by it.
    Field("name", Text(limits.NAME, required=True, links=False), needed=True),
    Field("email", Email(limits.EMAIL), null=""),
    Field("pronouns", Text(limits.PRONOUNS), null=""),
    Field("attendance", OneOf(Attendance.choices), needed=True, guards=True),
    # Each event says how many guests a party may bring at most; see ensure_party().
    Field("guest_count", Whole(0), guards=True),
    Field(
        "guest_names",
        Texts(limits.NAME, GUESTS_PER_RSVP, repeat=True, links=False),
        null=[],
        about="Names of the guests they bring, at most guest_count; for hosts and the door.",
    ),
    Field("note", Text(limits.NOTE, multiline=True), null=""),
    Field("is_private", Flag(), guards=True),
    Field("reminders_off", Flag(), about="No mail before the event begins."),
    own=frozenset(
        {
            *("id", "event_id", "user_id", "tier_id", "answers", "approval", "token_version"),
            *("edit_version", "responded_at", "checked_in_at", "created_at", "updated_at"),
            *("email_confirmed", "waitlisted_at", "language"),
        }
    ),
)
# The ticket a guest asks for; choose_ticket() decides.
TICKET = Table(
    Field("tier_id", Id(), null=None, guards=True),
    Field(
        "form_answers",
        FormAnswers(),
        null=None,
        guards=True,
        about="Answers by question id.",
    ),
)
# Whether a guest who finds no seat waits for one; see rsvps/domain/waitlist.py.
WAITING = Table(
    Field(
        "join_waitlist",
        Flag(),
        guards=True,
        about="If there is no seat, wait for one, where the event has a waitlist.",
    ),
)
# Which answer stays when an organizer makes two one; see merge_rsvps().
MERGE = Table(Field("into", Id(), needed=True, about="The id of the RSVP that stays."))
