"""Closed sets of the accounts app."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class KeyKind(TextChoices):
    """What an API key may be used for: publishable keys never write."""

    PUBLISHABLE = "pk_live_", _("Publishable")
    SECRET = "sk_live_", _("Secret")


class Scope(TextChoices):
    """What a key may do in the Communities API."""

    READ_PUBLIC = "READ_PUBLIC", _("Read public events")
    WRITE_SALES = "WRITE_SALES", _("Write: events, RSVPs, tickets")


class TokenKind(TextChoices):
    """What a capability token opens; the value is the token's visible prefix."""

    EVENT_LINK = "cvo_", _("Event link")
    RSVP = "cvr_", "RSVP"
    TICKET = "cvt_", _("Ticket")
    FEED = "cvf_", _("Calendar link")
    # What My events is to keep is named in an address, and a cookie says whose browser it is for.
    KEEP = "cvk_", _("Link that adds to My events")
    KEEPER = "cvb_", _("Browser that keeps My events")
    ROOT = "cvx_", _("Root")


class LinkRole(TextChoices):
    """What an event link lets its holder do."""

    OWNER = "owner", _("Organizer")
    COHOST = "cohost", _("Co-host")
    DOOR = "door", _("Door")
    VIEWER = "viewer", _("Viewer")


# Helpers work beside the organizers. The owner's own link is handed out by nobody: root rotates it.
HELPER_LINKS = (LinkRole.DOOR, LinkRole.VIEWER)
HANDED_OUT_LINKS = (LinkRole.COHOST, *HELPER_LINKS)
