"""The HTML pages."""

from django.urls import path

from channels import pages as channels
from comments import pages as comments
from events import pages as events
from rsvps.pages import event as rsvp_event
from rsvps.pages import organizer, own

urlpatterns = [
    path("", events.home, name="home"),
    path("new", events.new, name="new-event"),
    path("robots.txt", events.robots, name="robots"),
    path("channels", channels.channel_list, name="channels"),
    path("c/<slug:slug>", channels.channel, name="channel"),
    # The event, for everybody
    path("e/<uuid:event_id>", rsvp_event.event, name="event"),
    path("e/<uuid:event_id>/event.ics", events.calendar, name="event-calendar"),
    path("e/<uuid:event_id>/attendees", rsvp_event.attendees, name="attendees"),
    # A guest's own answer
    path("e/<uuid:event_id>/rsvp", own.answer, name="own-rsvp"),
    path("e/<uuid:event_id>/rsvp/withdraw", own.withdraw, name="withdraw"),
    path("e/<uuid:event_id>/rsvp/messages", comments.to_host, name="write-to-host"),
    path("e/<uuid:event_id>/rsvp/<str:token>", own.exchange, name="guest-link"),
    # The organizer's side
    path("e/<uuid:event_id>/admin", organizer.owner, name="owner"),
    path("e/<uuid:event_id>/admin/edit", events.edit, name="edit-event"),
    path("e/<uuid:event_id>/admin/cancel", events.cancel, name="cancel-event"),
    path("e/<uuid:event_id>/admin/delete", events.delete, name="delete-event"),
    path("e/<uuid:event_id>/admin/messages", comments.announcement, name="announce"),
    path("e/<uuid:event_id>/admin/guests", organizer.add_guest, name="add-guest"),
    path("e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>", organizer.guest, name="guest"),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/approve",
        organizer.approve_guest,
        name="approve",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/reject",
        organizer.reject_guest,
        name="reject",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/pending",
        organizer.return_guest,
        name="back-to-pending",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/remove",
        organizer.remove_guest,
        name="remove-guest",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/messages",
        comments.to_guest,
        name="write-to-guest",
    ),
    path("e/<uuid:event_id>/admin/<str:token>", events.exchange, name="owner-link"),
]
