"""Closed sets of the events app."""

from enum import IntEnum

from django.db.models import TextChoices


class Scope(TextChoices):
    """Which occurrences of a series a change is for."""

    THIS = "this", "This one"
    FOLLOWING = "following", "This and those that follow"
    ALL = "all", "All that are to come"


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

    IN_PERSON = "in_person", "In person"
    VIRTUAL = "virtual", "Virtual"
    HYBRID = "hybrid", "Hybrid"


class Status(TextChoices):
    """Where an event stands by the clock; cancelled beats all."""

    SCHEDULED = "scheduled", "Scheduled"
    LIVE = "live", "Live"
    ENDED = "ended", "Ended"
    CANCELLED = "cancelled", "Cancelled"


class Notify(TextChoices):
    """Which guests an organizer has told of a change by mail: those who are going and approved, or
    everybody who answered and was not declined. Guests without an address hear nothing."""

    NONE = "none", "Nobody"
    GOING = "going", "Guests who are going"
    ALL = "all", "Everybody who answered"


class GuestListFor(TextChoices):
    """Who may read the names of the guests: everybody who opens the event, guests who are going and
    approved, or organizers alone."""

    EVERYBODY = "everybody", "Everybody"
    GUESTS = "guests", "Guests who are going"
    HOST = "host", "Hosts only"


class QuestionKind(TextChoices):
    """How a question of a tier's form is answered."""

    TEXT = "text", "Short text"
    TEXTAREA = "textarea", "Long text"
    EMAIL = "email", "E-mail"
    PHONE = "phone", "Phone"
    NUMBER = "number", "Number"
    DATE = "date", "Date"
    URL = "url", "Web address"
    SELECT = "select", "One of several"
    MULTISELECT = "multiselect", "Any of several"
    CHECKBOX = "checkbox", "Yes or no"


class StreamStatus(TextChoices):
    """Where an event's stream stands; its organizers say so."""

    IDLE = "idle", "Not begun"
    LIVE = "live", "Live"
    ENDED = "ended", "Ended"
    RECORDED = "recorded", "Recorded"
