"""What guests are told. A guest is told what their standing lets them see, and the words of whom
nobody answers for stand in no subject and no greeting."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.domain.tokens import mint, proof_of_reading
from accounts.enums import TokenKind
from config.links import site_url
from config.markdown import as_text
from config.text import holds_link, unlinked
from events.addresses import guest_url, page_url
from events.domain.hosts import is_trusted
from events.enums import Standing
from events.facts import EventFacts, event_facts
from events.fields import PLACES
from events.models import Event
from events.rows import EventRow, event_rows
from notify.domain.mail.differences import told_changes
from notify.domain.mail.letter import Letter, Part
from notify.domain.mail.sources import Sources
from notify.domain.mail.wording import when_line, when_lines
from notify.enums import STANDINGS, MailKind
from notify.models import Mail
from rsvps.domain.tickets import ticket_code
from rsvps.enums import Approval, Attendance
from rsvps.models import Rsvp
from rsvps.rows import RsvpRow, rsvp_rows


def guest_letter(mail: Mail, sources: Sources) -> Letter | None:
    """The letter to a guest about an event that is there. None when nothing is left to tell."""
    row, rsvp = sources.event(mail), sources.rsvp(mail)
    if row is None or rsvp is None:
        return None
    told = ToldEvent(row, rsvp)
    match mail.kind:
        case kind if kind in STANDINGS:
            return _standing(mail, sources, told)
        case MailKind.CHANGED:
            return _changed(sources.told(mail), told)
        case MailKind.CANCELLED:
            return _cancelled(sources.told(mail), told)
        case MailKind.REMINDER:
            return _reminder(told)
    return _message(mail, sources, told)


class ToldEvent:
    """An event and a guest's RSVP to it, as that guest may know them, in words."""

    def __init__(self, row: EventRow, rsvp: RsvpRow) -> None:
        held = Standing.ATTENDEE if rsvp.attends else Standing.GUEST
        self.row, self.rsvp, self.standing = row, rsvp, held
        self.trusted = is_trusted(row)
        self.facts = speakable(event_facts(row, held, timezone.now()), trusted=self.trusted)

    @property
    def title(self) -> str:
        """Its title, in which no mail program finds a link."""
        return self.facts.title

    def subject(self, with_title: str, without: str) -> str:
        """What the mail is about: in the words of whoever answers for them, else in ours."""
        return with_title % {"title": self.row.title} if self.trusted else without

    def greeting(self, with_name: str, without: str) -> str:
        """The line above the title. Anyone may answer under anybody's address: a name that nobody
        answers for greets nobody."""
        return with_name % {"name": self.rsvp.name} if self.trusted else without

    @property
    def own_page(self) -> str:
        """The guest's own link; opened from here it shows that they read this mail."""
        token = mint(TokenKind.RSVP, self.rsvp.id, self.rsvp.token_version)
        link = guest_url(site_url(), self.row.id, token)
        return f"{link}?mailed={proof_of_reading(token, self.rsvp.email or '')}"

    def letter(self, subject: str, kicker: str, **parts: Any) -> Letter:
        """The frame of every letter to a guest."""
        return Letter(
            subject=subject,
            kicker=kicker,
            heading=self.title,
            date=date_of(self.facts.start_time, self.facts.timezone),
            **parts,
        )

    def details(self) -> list[tuple[str, list[str]]]:
        """When, where, who and by whom."""
        facts = [(_("When"), when_lines(self.facts.start_time, self.facts.end_time, self.zone))]
        if self.facts.places:
            facts.append((_("Where"), self.facts.places))
        elif (self.facts.place_hidden or self.facts.online_hidden) and self.row.places:
            facts.append((_("Where"), [_("Shared with approved guests")]))
        facts.append((_("You"), [self.answer_words()]))
        if self.facts.hosts:
            facts.append((_("Host"), [", ".join(self.facts.hosts)]))
        return facts

    def answer_words(self) -> str:
        """Their answer: "Going, 1 plus-one"."""
        words = {
            Attendance.GOING.value: _("Going"),
            Attendance.INTERESTED.value: _("Maybe"),
            Attendance.NOT_GOING.value: _("Can’t go"),
        }[self.rsvp.attendance]
        if self.rsvp.approval == Approval.PENDING:
            words = _("Waiting for approval")
        elif self.rsvp.approval == Approval.REJECTED:
            words = _("Declined")
        elif self.rsvp.approval == Approval.WAITLISTED:
            words = _("On the waitlist")
        extra = self.rsvp.guest_count
        if not extra or self.rsvp.attendance == Attendance.NOT_GOING:
            return words
        return words + ngettext(", %(number)s plus-one", ", %(number)s plus-ones", extra) % {
            "number": extra
        }

    @property
    def zone(self) -> str:
        """The event's own."""
        return self.facts.timezone

    def entry(self, *, cancel: bool = False) -> Part | None:
        """The entry for their calendar: for whoever is going, or may be. With ``cancel`` the one
        that takes it away."""
        answers: dict[str, Any] = {
            Attendance.GOING.value: "ACCEPTED",
            Attendance.INTERESTED.value: "TENTATIVE",
        }
        answer = answers.get(self.rsvp.attendance)
        if not cancel and (answer is None or self.rsvp.approval != Approval.APPROVED):
            return None
        return Part(
            entry=self.facts,
            url=page_url(site_url(), self.row.id),
            method="CANCEL" if cancel else "REQUEST",
            answer=answer or "DECLINED",
            organizer=organizer_name(self.row),
            attendee=self.rsvp.name if self.trusted else "",
        )


def speakable(facts: EventFacts, *, trusted: bool) -> EventFacts:
    """An event without links that its guests could be led away by, unless somebody answers for its
    words."""
    if trusted:
        return facts
    hidden: dict[str, Any] = {n: None for n in PLACES if holds_link(getattr(facts, n) or "")}
    told = facts._replace(title=unlinked(facts.title), description="", **hidden)
    told.standing, told.now, told.is_full = facts.standing, facts.now, facts.is_full
    return told


def organizer_name(event: EventRow) -> str:
    """Who invites: the host where somebody answers for the name, else this site."""
    return event.host_name if event.host_name and is_trusted(event) else settings.SITE_NAME


def date_of(start: datetime, zone: str) -> tuple[str, str]:
    """(day, month) of a date block."""
    local = start.astimezone(ZoneInfo(zone))
    return str(local.day), date_format(local, "M")


def _standing(mail: Mail, sources: Sources, told: ToldEvent) -> Letter:
    """How the answer stands now: all that its guest has to know of it."""
    rsvp = told.rsvp
    letter = told.letter("", "", facts=told.details(), notes=own_link_notes())
    letter.ticket = ticket_code(rsvp)
    letter.calendar = told.entry()
    letter.buttons = [(_("See or change your RSVP"), told.own_page)]
    if letter.ticket:
        letter.subject = told.subject(_("Your ticket: %(title)s"), _("Your ticket"))
        letter.kicker = told.greeting(_("You’re in, %(name)s"), _("You’re in"))
        letter.buttons = [(_("Open your ticket"), told.own_page)]
        if mail.kind == MailKind.DECISION:
            letter.subject = told.subject(_("You’re approved: %(title)s"), _("You’re approved"))
        elif mail.kind == MailKind.PROMOTED:
            letter.subject = told.subject(_("You have a spot: %(title)s"), _("You have a spot now"))
            letter.paragraphs = [
                _("A spot opened up, and you were next. If you can’t come, please say so.")
            ]
    elif rsvp.approval == Approval.PENDING:
        letter.subject = told.subject(
            _("Waiting for approval: %(title)s"), _("Waiting for approval")
        )
        letter.kicker = told.greeting(
            _("Your request was sent, %(name)s"), _("Your request was sent")
        )
        letter.paragraphs = [_("The host approves each RSVP. We’ll e-mail you when they decide.")]
    elif rsvp.approval == Approval.WAITLISTED:
        letter.subject = told.subject(_("On the waitlist: %(title)s"), _("On the waitlist"))
        letter.kicker = told.greeting(
            _("You’re on the waitlist, %(name)s"), _("You’re on the waitlist")
        )
        letter.paragraphs = [
            _("Every spot is taken. We’ll e-mail you as soon as there is one for you.")
        ]
    elif rsvp.approval == Approval.REJECTED:
        letter.subject = told.subject(
            _("Your RSVP was declined: %(title)s"), _("Your RSVP was declined")
        )
        letter.kicker = _("Your RSVP was declined")
        letter.quote = said(sources.reasons.get(rsvp.id, ""), trusted=told.trusted)
    else:
        letter.subject = told.subject(_("Your RSVP: %(title)s"), _("Your RSVP"))
        letter.kicker = told.greeting(
            _("Thanks for your RSVP, %(name)s"), _("Thanks for your RSVP")
        )
    if mail.kind == MailKind.LINK_REPLACED:
        letter.subject = told.subject(_("Your new link: %(title)s"), _("Your new link"))
        letter.paragraphs = [
            _(
                "The host made you a new link and, if you have one, a new ticket. "
                "The old ones no longer work."
            )
        ]
    _tell_of_lot(letter, _in_lot(mail.data.get("lot", ()), told), told)
    if letter.calendar is None and mail.data.get("took_seat"):
        letter.calendar = told.entry(cancel=True)
    return letter


def _in_lot(rsvp_ids: Collection[str], told: ToldEvent) -> list[ToldEvent]:
    """The guest's answers to other occurrences that were given with this one, by start. One that
    was given another address since is not told here."""
    others = {UUID(each) for each in rsvp_ids} - {told.rsvp.id}
    if not others:
        return []
    answers = rsvp_rows(Rsvp.objects.filter(pk__in=others, email=told.rsvp.email))
    events = {row.id: row for row in event_rows(Event.objects.filter(rsvps__in=others).shown())}
    lot = [ToldEvent(events[each.event_id], each) for each in answers if each.event_id in events]
    return sorted(lot, key=lambda each: each.row.start_time)


def _tell_of_lot(letter: Letter, lot: list[ToldEvent], told: ToldEvent) -> None:
    """Adds the other occurrences: the guest's own links, and a file of all that they are going to.
    An invitation is to one event (RFC 5546, section 3.2.2)."""
    parts = [part for each in (told, *lot) if (part := each.entry())]
    if any(part.entry.id != told.row.id for part in parts):
        letter.dates = [(part.entry, part.url) for part in parts]
        letter.paragraphs.append(_("The attached file has all your dates for your calendar."))
    letter.links = [
        (
            f"{when_line(each.row.start_time, each.row.end_time, each.zone)} · "
            f"{each.answer_words()}",
            each.own_page,
        )
        for each in lot
    ]


def _changed(change: dict[str, Any], told: ToldEvent) -> Letter | None:
    """What is another now, old and new, as far as this guest may know it."""
    changed = change.get("changed", {})
    words = said(change.get("notify_message", ""), trusted=told.trusted)
    revived = "cancelled_at" in changed
    changes = told_changes(changed, told.row, told.standing, trusted=told.trusted)
    if not changes and not words and not revived:
        return None
    letter = told.letter(
        told.subject(_("Changed: %(title)s"), _("An event you RSVP’d to has changed")),
        _("Something has changed"),
        quote=words,
        changes=changes,
        facts=[fact for fact in told.details() if fact[0] not in {each.label for each in changes}],
        buttons=[(_("See or change your RSVP"), told.own_page)],
        calendar=told.entry(),
        notes=own_link_notes(),
    )
    if revived:
        letter.subject = told.subject(
            _("Back on: %(title)s"), _("An event you RSVP’d to is back on")
        )
        letter.kicker = _("It’s happening after all")
    return letter


def _cancelled(change: dict[str, Any], told: ToldEvent) -> Letter:
    return told.letter(
        told.subject(_("Cancelled: %(title)s"), _("An event you RSVP’d to is cancelled")),
        _("This event is cancelled"),
        quote=said(change.get("notify_message", ""), trusted=told.trusted),
        facts=told.details()[:1],
        buttons=[(_("See the event"), page_url(site_url(), told.row.id))],
        calendar=told.entry(cancel=True),
    )


def _reminder(told: ToldEvent) -> Letter:
    return told.letter(
        told.subject(_("Reminder: %(title)s"), _("Event reminder")),
        told.greeting(_("See you soon, %(name)s"), _("See you soon")),
        facts=told.details(),
        buttons=[(_("Open your ticket"), told.own_page)],
        ticket=ticket_code(told.rsvp),
        notes=own_link_notes(),
    )


def _message(mail: Mail, sources: Sources, told: ToldEvent) -> Letter | None:
    """What the host wrote, to all guests, which is Markdown, or to this one."""
    words, for_all = sources.message(mail), mail.kind == MailKind.ANNOUNCEMENT
    words = said(as_text(words) if for_all else words, trusted=told.trusted)
    if not words:
        return None
    if for_all:
        subject = told.subject(_("News: %(title)s"), _("News from your host"))
        kicker = _("News from your host")
    else:
        subject = told.subject(
            _("A message from the host: %(title)s"), _("A message from your host")
        )
        kicker = told.greeting(_("%(name)s, your host wrote to you"), _("Your host wrote to you"))
    return told.letter(
        subject,
        kicker,
        quote=words,
        facts=told.details(),
        buttons=[(_("See or change your RSVP"), told.own_page)],
        notes=own_link_notes(),
    )


def said(words: str, *, trusted: bool) -> str:
    """What somebody wrote; without links when nobody answers for it."""
    return words if trusted else unlinked(words)


def own_link_notes() -> list[str]:
    """What belongs under a private link."""
    return [_("The links in this mail are yours alone. Please don’t forward it.")]
