"""Closed sets of the events app."""

from enum import IntEnum

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Scope(TextChoices):
    """Which occurrences of a series a change is for."""

    THIS = "this", _("This event")
    FOLLOWING = "following", _("This and following events")
    ALL = "all", _("All upcoming events")


class Standing(IntEnum):
    """How close a caller is to one event; each step sees what the steps below it see."""

    PUBLIC = 0
    GUEST = 1  # holds a valid RSVP token, or is the account that answered
    ATTENDEE = 2  # a guest whose answer is going and approved
    HELPER = 3  # holds a door or viewer link
    OWNER = 4  # owner or co-host link, creator, or staff of the event's tenant
    ROOT = 5  # root token or superuser


class Format(TextChoices):
    """Where an event takes place."""

    IN_PERSON = "in_person", _("In person")
    VIRTUAL = "virtual", _("Virtual")
    HYBRID = "hybrid", _("Hybrid")


class Status(TextChoices):
    """Where an event stands by the clock; cancelled beats all."""

    SCHEDULED = "scheduled", _("Scheduled")
    LIVE = "live", _("Live")
    ENDED = "ended", _("Ended")
    CANCELLED = "cancelled", _("Cancelled")


class Notify(TextChoices):
    """Which guests an organizer has told of a change by mail: those who are going and approved, or
    everybody who answered and was not declined. Guests without an address hear nothing."""

    NONE = "none", _("Nobody")
    GOING = "going", _("Guests who are going")
    ALL = "all", _("Everyone who RSVP’d")


class GuestListFor(TextChoices):
    """Who may read the names of the guests: everybody who opens the event, guests who are going and
    approved, or organizers alone."""

    EVERYBODY = "everybody", _("Everybody")
    GUESTS = "guests", _("Guests who are going")
    HOST = "host", _("Hosts only")


class QuestionKind(TextChoices):
    """How a question of a tier's form is answered."""

    TEXT = "text", _("Short text")
    TEXTAREA = "textarea", _("Long text")
    EMAIL = "email", _("E-mail")
    PHONE = "phone", _("Phone")
    NUMBER = "number", _("Number")
    DATE = "date", _("Date")
    URL = "url", _("Web address")
    SELECT = "select", _("Single choice")
    MULTISELECT = "multiselect", _("Multiple choice")
    CHECKBOX = "checkbox", _("Checkbox")


class StreamStatus(TextChoices):
    """Where an event's stream stands; its organizers say so."""

    IDLE = "idle", _("Not started")
    LIVE = "live", _("Live")
    ENDED = "ended", _("Ended")
    RECORDED = "recorded", _("Recorded")
