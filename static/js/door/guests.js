// The search among the expected guests as one types: on the device, so that it works offline.
// Where there are more guests than a device keeps, the form asks the server.

import { count, say } from "./words.js";

const MOST_SHOWN = 20;
const REFRESH = 60_000;
const SOON = 1500;

const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLocaleLowerCase();

export class GuestSearch {
  // `admit(rsvpId, name)` checks a guest in; `loaded(list)` is told of each list that arrives.
  constructor({ url, admit, loaded, clock }) {
    Object.assign(this, { url, admit, loaded, clock });
    this.form = document.querySelector("#guests form");
    this.found = document.getElementById("found");
    this.none = document.getElementById("found-none");
    this.said = document.getElementById("found-said");
    this.row = document.getElementById("guest-row");
    this.guests = null;
    this.field = this.form.elements.q;
    this.field.addEventListener("input", () => this.show());
    this.form.addEventListener("submit", (event) => {
      if (this.guests) {
        event.preventDefault();
        this.show();
      }
    });
    this.found.addEventListener("submit", (event) => {
      if (event.target.matches(".door-admit")) {
        event.preventDefault();
        this.admit(event.target.elements.rsvp_id.value, event.target.dataset.name);
      }
    });
    this.load();
  }

  async load() {
    try {
      const response = await fetch(this.url, { headers: { Accept: "application/json" } });
      if (response.ok) {
        const list = await response.json();
        this.guests = list.complete ? list.guests : null;
        for (const guest of list.guests) {
          guest.folded = [guest.name, ...guest.guest_names].map(fold).join("\n");
        }
        this.loaded(list);
        // Somebody may have typed before the list was here.
        if (!this.found.children.length) {
          this.show();
        }
      }
    } catch {
      // The list stays as it is.
    }
    this.loadIn(REFRESH);
  }

  loadIn(wait) {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.load(), wait);
  }

  // After a ticket was scanned, whose guest this device does not know.
  loadSoon() {
    this.loadIn(SOON);
  }

  show() {
    const words = fold(this.field.value).split(/\s+/).filter(Boolean);
    if (!this.guests) {
      return;
    }
    const matching = words.length
      ? this.guests.filter((guest) => words.every((word) => guest.folded.includes(word)))
      : [];
    this.found.replaceChildren(...matching.slice(0, MOST_SHOWN).map((guest) => this.rowOf(guest)));
    this.none.hidden = !words.length || matching.length > 0;
    this.said.textContent = words.length ? count("found", matching.length) : "";
  }

  rowOf(guest) {
    const row = this.row.content.cloneNode(true).firstElementChild;
    row.dataset.guest = guest.rsvp_id;
    row.querySelector(".avatar").textContent = [...guest.name.trim()][0]?.toUpperCase() ?? "";
    row.querySelector(".row-title").textContent = guest.name;
    const people =
      guest.party_size === 1 ? say("one_person") : say("many_people", { number: guest.party_size });
    const names = guest.guest_names.join(", ");
    row.querySelector(".hint").textContent = [
      names ? say("brings", { said: names }) : "",
      people,
      guest.tier ?? "",
    ]
      .filter(Boolean)
      .join(" · ");
    const admit = row.querySelector(".door-admit");
    admit.dataset.name = guest.name;
    for (const place of row.querySelectorAll("[data-name]:not(form)")) {
      place.textContent = ` ${guest.name}`;
    }
    for (const field of row.querySelectorAll("[name=rsvp_id]")) {
      field.value = guest.rsvp_id;
    }
    this.mark(row, guest.checked_in_at);
    return row;
  }

  mark(row, when) {
    row.querySelector(".door-admit").hidden = Boolean(when);
    row.querySelector(".door-done").hidden = !when;
    row.querySelector("[data-when]").textContent = when ? this.clock(new Date(when)) : "";
  }

  // A guest who was just checked in, here or at another door.
  arrived(rsvpId, when) {
    const guest = this.guests?.find((each) => each.rsvp_id === rsvpId);
    if (guest) {
      guest.checked_in_at ??= when;
    }
    const row = this.found.querySelector(`[data-guest="${CSS.escape(rsvpId)}"]`);
    if (row) {
      const focused = row.contains(document.activeElement);
      this.mark(row, when);
      if (focused) {
        // Its button is gone: keys go on from the guest, and do not undo what they just did.
        row.tabIndex = -1;
        row.focus({ preventScroll: true });
      }
    }
  }
}
