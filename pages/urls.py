"""The HTML pages."""

from django.urls import path

from pages import (
    channel,
    comments,
    contact,
    create,
    door,
    embed,
    event,
    feeds,
    guest,
    home,
    lost,
    mine,
    report,
    series,
    unsubscribe,
    viewer,
)
from pages.covers.views import generated_cover
from pages.organizer import (
    bulk,
    cover,
    duplicate,
    guests,
    invitations,
    links,
    messages,
    overview,
    settings,
    share,
    stream,
    tickets,
    webhook,
)

urlpatterns = [
    path("", home.home, name="home"),
    path("new", create.new, name="new-event"),
    path("robots.txt", home.robots, name="robots"),
    path("channels", channel.channel_list, name="channels"),
    path("c/<slug:slug>", channel.channel, name="channel"),
    path("c/<slug:slug>.ics", feeds.channel_calendar, name="channel-calendar"),
    path("c/<slug:slug>.atom", feeds.channel_atom, name="channel-atom"),
    # For other sites
    path("embed/e/<uuid:event_id>", embed.event_card, name="embed-event"),
    path("embed/c/<slug:slug>", embed.channel_events, name="embed-channel"),
    path("oembed", embed.oembed, name="oembed"),
    path("feeds/<str:token>.ics", feeds.own_calendar, name="own-calendar"),
    # Covers for those without a picture
    path("covers/<int:art>/<slug:key>.svg", generated_cover, name="generated-cover"),
    # A series
    path("s/<uuid:series_id>", series.series, name="series"),
    path("s/<uuid:series_id>.ics", feeds.series_calendar, name="series-calendar"),
    path("s/<uuid:series_id>/e/<uuid:event_id>", series.organize, name="series-occurrence"),
    path("s/<uuid:series_id>/admin/<str:token>", series.exchange, name="series-link"),
    # The event, for everybody
    path("e/<uuid:event_id>", event.event, name="event"),
    path("e/<uuid:event_id>/event.ics", event.calendar, name="event-calendar"),
    path("e/<uuid:event_id>/attendees", event.attendees, name="attendees"),
    path("e/<uuid:event_id>/comments", comments.comments, name="comments"),
    path(
        "e/<uuid:event_id>/comments/<uuid:comment_id>/remove",
        comments.remove,
        name="remove-comment",
    ),
    path("e/<uuid:event_id>/contact", contact.contact, name="contact"),
    path("e/<uuid:event_id>/report", report.report, name="report"),
    # A guest's own answer
    path("e/<uuid:event_id>/rsvp", guest.answer, name="own-rsvp"),
    path("e/<uuid:event_id>/rsvp/withdraw", guest.withdraw, name="withdraw"),
    path("e/<uuid:event_id>/rsvp/messages", guest.to_host, name="write-to-host"),
    path("e/<uuid:event_id>/rsvp/ticket.png", guest.ticket, name="ticket-image"),
    path("e/<uuid:event_id>/rsvp/<str:token>", guest.exchange, name="guest-link"),
    # The door
    path("e/<uuid:event_id>/door", door.door, name="door"),
    path("e/<uuid:event_id>/door/check-ins", door.check_in_guest, name="check-in"),
    path("e/<uuid:event_id>/door/check-ins/undo", door.undo, name="undo-check-in"),
    path("e/<uuid:event_id>/door/<str:token>", door.exchange, name="door-link"),
    # What this browser made and answered
    path("mine", mine.my_events, name="my-events"),
    path("mine/keep/<str:address>", mine.keep, name="keep-event"),
    path("mine/forget", mine.forget, name="forget-device"),
    path("mine/forget/<uuid:event_id>", mine.forget_one, name="forget-my-event"),
    path("mine/feed", mine.new_feed, name="new-my-feed"),
    # Links that somebody lost
    path("lost", lost.lost_links, name="lost-links"),
    # Fewer mails
    path("mail/off/<str:code>", unsubscribe.unsubscribe, name="unsubscribe"),
    # The guest list, for those who may read it and change nothing
    path("e/<uuid:event_id>/view", viewer.guest_list, name="guest-list"),
    path("e/<uuid:event_id>/view/<str:token>", viewer.exchange, name="viewer-link"),
    # The organizer's side
    path("e/<uuid:event_id>/admin", overview.owner, name="owner"),
    path("e/<uuid:event_id>/admin/edit", settings.edit, name="edit-event"),
    path("e/<uuid:event_id>/admin/duplicate", duplicate.duplicate, name="duplicate-event"),
    path("e/<uuid:event_id>/admin/cancel", settings.cancel, name="cancel-event"),
    path("e/<uuid:event_id>/admin/uncancel", settings.uncancel, name="uncancel-event"),
    path("e/<uuid:event_id>/admin/delete", settings.delete, name="delete-event"),
    path("e/<uuid:event_id>/admin/messages", messages.written, name="announce"),
    path("e/<uuid:event_id>/admin/share", share.share, name="share"),
    path("e/<uuid:event_id>/admin/poster", share.poster, name="poster"),
    path("e/<uuid:event_id>/admin/settings", settings.overview, name="event-settings"),
    path("e/<uuid:event_id>/admin/invitations", invitations.invitations, name="invitations"),
    path("e/<uuid:event_id>/admin/door", links.door_links, name="door-links"),
    path(
        "e/<uuid:event_id>/admin/door/<uuid:link_id>/revoke",
        links.revoke,
        name="revoke-door-link",
    ),
    path("e/<uuid:event_id>/admin/cover", cover.cover, name="cover"),
    path("e/<uuid:event_id>/admin/cover/remove", cover.remove, name="remove-cover"),
    path("e/<uuid:event_id>/admin/stream", stream.stream, name="stream"),
    path("e/<uuid:event_id>/admin/stream/remove", stream.remove, name="remove-stream"),
    path("e/<uuid:event_id>/admin/webhook", webhook.webhook, name="webhook"),
    path("e/<uuid:event_id>/admin/webhook/remove", webhook.remove, name="remove-webhook"),
    path("e/<uuid:event_id>/admin/tickets", tickets.tickets, name="tickets"),
    path("e/<uuid:event_id>/admin/tickets/<uuid:tier_id>", tickets.ticket, name="ticket"),
    path(
        "e/<uuid:event_id>/admin/tickets/<uuid:tier_id>/remove",
        tickets.remove_ticket,
        name="remove-ticket",
    ),
    path(
        "e/<uuid:event_id>/admin/tickets/<uuid:tier_id>/questions",
        tickets.add_question,
        name="add-question",
    ),
    path(
        "e/<uuid:event_id>/admin/tickets/<uuid:tier_id>/questions/<uuid:question_id>",
        tickets.question,
        name="question",
    ),
    path(
        "e/<uuid:event_id>/admin/tickets/<uuid:tier_id>/questions/<uuid:question_id>/move",
        tickets.move_question,
        name="move-question",
    ),
    path(
        "e/<uuid:event_id>/admin/tickets/<uuid:tier_id>/questions/<uuid:question_id>/remove",
        tickets.remove_question,
        name="remove-question",
    ),
    path("e/<uuid:event_id>/admin/guests.csv", guests.guests_csv, name="guests-csv"),
    path("e/<uuid:event_id>/admin/guests/bulk", bulk.bulk, name="bulk"),
    path("e/<uuid:event_id>/admin/guests/print", guests.printed, name="print-guests"),
    path("e/<uuid:event_id>/admin/guests", guests.add_guest, name="add-guest"),
    path("e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>", guests.guest, name="guest"),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/approve",
        guests.approve_guest,
        name="approve",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/reject",
        guests.reject_guest,
        name="reject",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/pending",
        guests.return_guest,
        name="back-to-pending",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/remove",
        guests.remove_guest,
        name="remove-guest",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/merge/<uuid:into>",
        guests.merge_guest,
        name="merge-guests",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/check-in",
        guests.check_in_guest,
        name="check-in-guest",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/check-in/undo",
        guests.undo_guest,
        name="undo-guest",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/link",
        guests.new_link,
        name="new-guest-link",
    ),
    path(
        "e/<uuid:event_id>/admin/guests/<uuid:rsvp_id>/messages",
        messages.to_guest,
        name="write-to-guest",
    ),
    path("e/<uuid:event_id>/admin/<str:token>", overview.exchange, name="owner-link"),
]
