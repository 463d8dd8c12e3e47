"""Tickets as people choose, fill in and show them, with and without scripts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Open, choose, each_look, forbidden, send_rsvp
from tests.scanner import scanned
from tests.server.process import Server

pytestmark = [pytest.mark.browser, pytest.mark.server]

_KINDS = ("text", "textarea", "email", "phone", "number", "date", "url")
_CHOICES = {"options": ["Red", "Green", "Blue"]}
_FORM = [
    {"label": "Dish", "kind": "select", "options": ["Soup", "Salad"], "required": True},
    *({"label": f"Your {kind}", "kind": kind, "help": "A hint."} for kind in _KINDS),
    {"label": "Colours", "kind": "multiselect", **_CHOICES},
    {"label": "I bring a cup", "kind": "checkbox"},
]


@pytest.fixture
def party(server: Server, event: dict[str, Any]) -> dict[str, Any]:
    """The event with tickets: one that asks nothing, one with every kind of question, one that is
    taken, one that costs."""
    tiers = {
        "Standard": {},
        "VIP": {"capacity": 4, "questions": _FORM},
        "Early bird": {"capacity": 1},
        "Patron": {"price_cents": 2500, "currency": "USD"},
    }
    made = {}
    for name, values in tiers.items():
        sent = {"name": name, **values}
        answer = server.ask("POST", f"{event['path']}/tiers", sent, event["admin_token"])
        made[name] = answer.json()["tier"]
    taken = {"name": "Bird", "status": "yes", "tier_id": made["Early bird"]["id"]}
    assert server.ask("POST", f"{event['path']}/rsvps", taken).status == 201
    return event | {"tiers": made}


def _choose(page: Page, ticket: str) -> None:
    page.get_by_role("radio", name=re.compile(f"^{ticket}")).check()


def test_a_script_shows_the_questions_of_the_chosen_ticket(
    open_tab: Open, party: dict[str, Any]
) -> None:
    """Other tickets' questions are away and hold nothing up; the ticket itself goes with Going."""
    tab = open_tab(width=390, height=844)
    page = tab.go(f"/e/{party['id']}")
    choose(page, "Going")
    dish = page.get_by_label(re.compile("^Dish"))
    expect(dish).to_be_hidden()
    # One can wait for a ticket that is sold out, and not for one that costs money.
    expect(page.get_by_role("radio", name=re.compile("^Early bird"))).to_be_enabled()
    expect(page.get_by_role("radio", name=re.compile("^Patron"))).to_be_disabled()
    _choose(page, "VIP")
    expect(dish).to_be_visible()
    expect(dish).to_have_attribute("required", "")
    _choose(page, "Standard")
    expect(dish).to_be_hidden()
    choose(page, "Maybe")
    expect(page.get_by_role("radio", name=re.compile("^VIP"))).to_be_hidden()
    choose(page, "Going")
    page.get_by_label("Your name").fill("Sky")
    send_rsvp(page)
    expect(page).to_have_url(re.compile("/rsvp$"))
    expect(page.get_by_role("region", name="Your ticket")).to_contain_text("Standard")
    assert tab.problems == []


@pytest.mark.parametrize("scripts", [True, False], ids=["with scripts", "without scripts"])
def test_a_ticket_is_chosen_filled_in_and_shown(
    open_tab: Open, server: Server, party: dict[str, Any], scripts: bool
) -> None:
    """The required question is missed first: what was typed stays, and the reason stands beside
    it. The ticket's image is scanned by a foreign decoder, and the door lets its guest in."""
    tab = open_tab(width=390, height=844, java_script_enabled=scripts)
    page = tab.go(f"/e/{party['id']}")
    choose(page, "Going")
    page.get_by_label("Your name").fill("Sky")
    _choose(page, "VIP")
    page.get_by_label(re.compile("^Your number")).fill("4.5")
    page.get_by_label("Green").check(force=True)
    send = page.locator("form.rsvp button[type=submit]")
    send.click()
    dish = page.get_by_label(re.compile("^Dish"))
    if scripts:
        assert dish.evaluate("field => field.validity.valueMissing")
    else:
        expect(dish).to_have_attribute("aria-invalid", "true")
        expect(page.get_by_text("This question needs an answer.").first).to_be_visible()
        # The headline leads to the field.
        page.get_by_role("link", name="Dish").click()
        assert page.url.endswith("#" + str(dish.get_attribute("id")))
    expect(page.get_by_label(re.compile("^Your number"))).to_have_value("4.5")
    expect(page.get_by_label("Green")).to_be_checked()
    dish.select_option("Salad")
    send.click()
    expect(page).to_have_url(re.compile("/rsvp$"))
    ticket = page.get_by_role("region", name="Your ticket")
    expect(ticket).to_contain_text("VIP")
    code = page.locator("#ticket-code").input_value()
    shown = ticket.get_by_role("img", name="QR code of your ticket").screenshot()
    assert scanned(shown) == code
    admitted = server.ask(
        "POST", f"{party['path']}/check-ins", {"ticket": code}, party["admin_token"]
    )
    assert admitted.status == 200
    page.reload()
    expect(ticket).to_contain_text("Checked in")
    # The browser reports the refused form's status.
    assert [each for each in tab.problems if "400 (Bad Request)" not in each] == []


def test_a_ticket_prints_alone(open_tab: Open, party: dict[str, Any], server: Server) -> None:
    """On paper there is the ticket with its code, in black on white, and nothing else."""
    sent = {"name": "Sky", "status": "yes", "tier_id": party["tiers"]["Standard"]["id"]}
    answer = server.ask("POST", f"{party['path']}/rsvps", sent).json()
    tab = open_tab(color_scheme="dark")
    page = tab.go(answer["links"]["html"])
    page.emulate_media(media="print")
    expect(page.get_by_role("img", name="QR code of your ticket")).to_be_visible()
    for heading in ("You’re in, Sky.", "Your private link", "Messages", "Change your RSVP"):
        expect(page.get_by_text(heading, exact=True)).to_be_hidden()


def test_questions_are_kept_in_order_by_plain_forms(open_tab: Open, party: dict[str, Any]) -> None:
    """An organizer without scripts makes a ticket, asks, moves, changes and removes."""
    tab = open_tab(java_script_enabled=False)
    tab.go(party["links"]["admin"])
    page = tab.page
    page.get_by_role("navigation", name="Organize").get_by_role("link", name="Tickets").click()
    page.get_by_label("Name").fill("Crew")
    page.get_by_role("button", name="Add ticket").click()
    for label in ("Shirt size", "Shift"):
        page.get_by_label("Question", exact=True).fill(label)
        page.get_by_role("button", name="Add the question").click()
    questions = page.get_by_role("region", name="Questions", exact=True).get_by_role("listitem")
    expect(questions).to_contain_text(["Shirt size", "Shift"])
    page.get_by_role("button", name="Move “Shift” up").click()
    expect(questions).to_contain_text(["Shift", "Shirt size"])
    page.get_by_role("link", name="Change “Shift”").click()
    page.get_by_label("Kind of answer").select_option(label="Single choice")
    page.get_by_label(re.compile("^Options")).fill("Early\n\nLate\n")
    page.get_by_role("button", name="Save").click()
    expect(questions.first).to_contain_text("Single choice: Early, Late")
    page.get_by_role("button", name="Remove “Shirt size”").click()
    expect(questions).to_have_count(1)
    assert tab.problems == []


@each_look
def test_every_page_with_tickets(
    open_tab: Open,
    server: Server,
    party: dict[str, Any],
    shots: Path | None,
    width: int,
    scheme: str,
) -> None:
    """No horizontal scrolling, no message on the console, no WCAG 2.2 AA violation found."""
    dish = party["tiers"]["VIP"]["questions"][0]["id"]
    vip = party["tiers"]["VIP"]["id"]
    sent = {"name": "Sky", "status": "yes", "tier_id": vip, "form_answers": {dish: "Soup"}}
    answer = server.ask("POST", f"{party['path']}/rsvps", sent | {"guest_count": 1}).json()
    page = f"/e/{party['id']}"
    admin = f"{page}/admin/tickets"
    visitors = [
        (None, {"tiers": page}, True),
        (None, {"tiers-plain": page}, False),
        (answer["links"]["html"], {"own-ticket": f"{page}/rsvp"}, True),
        (
            party["links"]["admin"],
            {
                "tickets": admin,
                "ticket": f"{admin}/{vip}",
                "question": f"{admin}/{vip}/questions/{dish}",
                "remove-ticket": f"{admin}/{vip}/remove",
                "owner-tickets": f"{page}/admin",
                "guest-ticket": f"{page}/admin/guests/{answer['rsvp']['id']}",
                "add-guest": f"{page}/admin/guests",
            },
            True,
        ),
    ]
    found = {}
    for link, pages, scripts in visitors:
        tab = open_tab(
            width=width,
            height=844,
            color_scheme=scheme,
            reduced_motion="reduce",
            java_script_enabled=scripts,
        )
        if link:
            tab.go(link)
        for name, path in pages.items():
            tab.go(path)
            if name.startswith("tiers"):
                choose(tab.page, "Going")
                _choose(tab.page, "VIP")
            problems = _problems(tab.page, scripts=scripts) + tab.problems
            found |= {name: problems} if problems else {}
            tab.problems.clear()
            if shots:
                tab.page.screenshot(path=shots / f"{name}-{width}-{scheme}.png", full_page=True)
    assert found == {}


def _problems(page: Page, *, scripts: bool) -> list[str]:
    overflow = page.evaluate(
        "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    )
    problems = [f"{overflow}px wider than the screen"] if overflow > 0 else []
    if scripts:
        violations = forbidden(page)
        problems += [
            f"{each['id']}: {[node['html'][:120] for node in each['nodes']][:3]}"
            for each in violations
        ]
    return problems
