"""What the door's scripts say, in the page's language; ``{number}`` and ``{said}`` they fill in."""

from __future__ import annotations

from django.utils.translation import gettext as _


def door_words() -> dict[str, str]:
    """Sentences by the names that static/js/door/ knows them by."""
    return {
        "admitted": _("Checked in"),
        "repeated": _("Scanned again"),
        "refused": _("Not checked in"),
        "saved": _("Saved"),
        "sending": _("Sending"),
        "checking": _("Checking…"),
        "ticket": _("A ticket"),
        "saved_title": _("Saved on this phone"),
        "saved_line": _("It is sent as soon as the network is back."),
        "late": _("Sent late: {said}"),
        "no_ticket": _("This is not a ticket for this event."),
        "offline_one": _("Offline: 1 scan is waiting on this phone."),
        "offline_many": _("Offline: {number} scans are waiting on this phone."),
        "ended_one": _(
            "This door link no longer works, or the page is too old. 1 scan is waiting on this "
            "phone: open your door link again to send it."
        ),
        "ended_many": _(
            "This door link no longer works, or the page is too old. {number} scans are waiting on "
            "this phone: open your door link again to send them."
        ),
        "one_person": _("1 person"),
        "many_people": _("{number} people"),
        "brings": _("with {said}"),
        "found_one": _("1 guest found"),
        "found_many": _("{number} guests found"),
        "camera_start": _("Use the camera"),
        "camera_stop": _("Stop the camera"),
        "camera_hold": _("Hold the ticket in the frame"),
        "camera_stopped": _("The camera stopped."),
        "camera_unreadable": _("The camera’s picture can’t be read here. Type the code instead."),
        "camera_needs_https": _("The camera needs a page over HTTPS. Type the code instead."),
        "camera_broken": _("The camera doesn’t work here. Type the code instead."),
        "camera_NotAllowedError": _(
            "The camera is not allowed here. Allow it for this site in the browser’s settings, or "
            "type the code."
        ),
        "camera_NotFoundError": _(
            "This device has no camera. Type the code, or find the guest by name."
        ),
        "camera_NotReadableError": _("Another app is using the camera. Close it and try again."),
    }
