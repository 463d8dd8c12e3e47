"""The HTML pages."""

from django.urls import path

from channels import pages as channels
from comments import pages as comments
from events.pages import cover, stream, tiers
from events.pages import event as events
from rsvps.pages import door, door_links, organizer, own, tickets
from rsvps.pages import event as rsvp_event

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
    path("e/<uuid:event_id>/rsvp/ticket.png", own.ticket, name="ticket-image"),
    path("e/<uuid:event_id>/rsvp/<str:token>", own.exchange, name="guest-link"),
    # The door
    path("e/<uuid:event_id>/door", door.door, name="door"),
    path("e/<uuid:event_id>/door/check-ins", door.check_in_guest, name="check-in"),
    path("e/<uuid:event_id>/door/check-ins/undo", door.undo, name="undo-check-in"),
    path("e/<uuid:event_id>/door/<str:token>", door.exchange, name="door-link"),
    # The organizer's side
    path("e/<uuid:event_id>/admin", organizer.owner, name="owner"),
    path("e/<uuid:event_id>/admin/edit", events.edit, name="edit-event"),
    path("e/<uuid:event_id>/admin/cancel", events.cancel, name="cancel-event"),
    path("e/<uuid:event_id>/admin/delete", events.delete, name="delete-event"),
    path("e/<uuid:event_id>/admin/messages", comments.announcement, name="announce"),
    path("e/<uuid:event_id>/admin/door", door_links.door_links, name="door-links"),
    path(
        "e/<uuid:event_id>/admin/door/<uuid:link_id>/revoke",
        door_links.revoke,
        name="revoke-door-link",
    ),
    path("e/<uuid:event_id>/admin/cover", cover.cover, name="cover"),
    path("e/<uuid:event_id>/admin/cover/remove", cover.remove, name="remove-cover"),
    path("e/<uuid:event_id>/admin/stream", stream.stream, name="stream"),
    path("e/<uuid:event_id>/admin/stream/remove", stream.remove, name="remove-stream"),
    path("e/<uuid:event_id>/admin/tickets", tiers.tickets, name="tickets"),
    path("e/<uuid:event_id>/admin/tickets/<uuid:tier_id>", tiers.ticket, name="ticket"),
    path(
        "e/<uuid:event_id>/admin/tickets/<uuid:tier_id>/remove",
        tiers.remove_ticket,
        name="remove-ticket",
    ),
    path(
        "e/<uuid:event_id>/admin/tickets/<uuid:tier_id>/questions",
        tiers.add_question,
        name="add-question",
    ),
    path(
        "e/<uuid:event_id>/admin/tickets/<uuid:tier_id>/questions/<uuid:question_id>",
        tiers.question,
        name="question",
    ),
    path(
        "e/<uuid:event_id>/admin/tickets/<uuid:tier_id>/questions/<uuid:question_id>/move",
        tiers.move_question,
        name="move-question",
    ),
    path(
        "e/<uuid:event_id>/admin/tickets/<uuid:tier_id>/questions/<uuid:question_id>/remove",
        tiers.remove_question,
        name="remove-question",
    ),
    path("e/<uuid:event_id>/admin/guests.csv", tickets.guests_csv, name="guests-csv"),
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
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/check-in",
        tickets.check_in_guest,
        name="check-in-guest",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/check-in/undo",
        tickets.undo_guest,
        name="undo-guest",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/link",
        tickets.new_link,
        name="new-guest-link",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/messages",
        comments.to_guest,
        name="write-to-guest",
    ),
    path("e/<uuid:event_id>/admin/<str:token>", events.exchange, name="owner-link"),
]
