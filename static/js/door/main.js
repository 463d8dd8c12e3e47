// The door page with a script: the camera, a queue that outlasts the network, outcomes at once.
// Without it the same page works by its forms.

import { offerCamera } from "./camera.js";
import { refreshSoon } from "./fresh.js";
import { GuestSearch } from "./guests.js";
import { listenToScanner } from "./keys.js";
import { keepOffline } from "./offline.js";
import { ScanQueue } from "./queue.js";
import { clearResult, clock, DeviceLog, showCounts, showResult, showWaiting } from "./screen.js";
import { offerSound } from "./sound.js";
import { looksLikeTicket } from "./ticket.js";
import { say } from "./words.js";

// A ticket that stays in front of the camera is one scan.
const SAME_SCAN = 5000;

const door = document.getElementById("door");
const ticketForm = document.getElementById("ticket-form");
const log = new DeviceLog(`convene-door-log-${door.dataset.event}`);
const lastSeen = new Map();
// The scan whose outcome the banner shows or waits for.
let shown = "";

const queue = new ScanQueue({
  key: `convene-door-${door.dataset.event}`,
  url: ticketForm.action,
  csrf: ticketForm.elements.csrfmiddlewaretoken.value,
  answered(scan, answer) {
    log.note(scan, answer.outcome, answer.message);
    showCounts(answer.counts);
    if (scan.rsvp_id && answer.outcome !== "refused") {
      search.arrived(scan.rsvp_id, answer.checked_in_at);
    }
    search.loadSoon();
    if (scan.late && answer.outcome !== "admitted") {
      // Somebody may stand inside who should not: this stays until the next scan.
      shown = "";
      showResult(answer.outcome, say("late", { said: answer.title }), answer.lines);
    } else if (scan.scan_id === shown) {
      showResult(answer.outcome, answer.title, answer.lines);
    }
  },
  changed(queue) {
    for (const scan of queue.held ? queue.scans : []) {
      log.note(scan, "saved", scan.name ?? say("ticket"));
      if (scan.scan_id === shown) {
        showSaved();
      }
    }
    showWaiting(queue);
    refreshSoon();
  },
});

function showSaved() {
  showResult("saved", say("saved_title"), [say("saved_line")]);
}

function take(what) {
  const scan = { scan_id: newId(), scanned_at: new Date().toISOString(), ...what };
  shown = scan.scan_id;
  if (queue.held) {
    log.note(scan, "saved", scan.name ?? say("ticket"));
    showSaved();
  } else {
    log.note(scan, "sending", scan.name ?? say("ticket"));
    showResult("sending", say("checking"));
  }
  queue.add(scan);
  showWaiting(queue);
}

function takeTicket(text) {
  const now = Date.now();
  const again = now - (lastSeen.get(text) ?? -Infinity) < SAME_SCAN;
  lastSeen.set(text, now);
  if (again) {
    return;
  }
  if (looksLikeTicket(text)) {
    take({ ticket: text });
  } else {
    shown = "";
    showResult("refused", say("refused"), [say("no_ticket")]);
  }
}

// crypto.randomUUID() is for pages over HTTPS; a hall may run the server in its own network.
function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  bytes[6] = (bytes[6] & 0x0f) | 0x40;
  bytes[8] = (bytes[8] & 0x3f) | 0x80;
  const hex = [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, "$1-$2-$3-$4-");
}

ticketForm.addEventListener("submit", (event) => {
  event.preventDefault();
  const field = ticketForm.elements.ticket;
  const text = field.value.trim();
  field.value = "";
  field.focus();
  if (text) {
    takeTicket(text);
  }
});
const search = new GuestSearch({
  url: door.dataset.guests,
  clock,
  admit: (rsvpId, name) => take({ rsvp_id: rsvpId, name }),
  loaded({ until }) {
    keepOffline({ event: door.dataset.event, worker: door.dataset.worker, until });
  },
});

function goOn() {
  shown = "";
  clearResult();
  ticketForm.elements.ticket.focus({ preventScroll: true });
}

document.querySelector(".door-next").addEventListener("click", (event) => {
  event.preventDefault();
  goOn();
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && document.querySelector("#result .door-result")) {
    goOn();
  }
});
offerSound(document.getElementById("sound"));
listenToScanner(takeTicket);
offerCamera(document.getElementById("camera"), takeTicket);

window.addEventListener("online", () => queue.send());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    queue.send();
  }
});
for (const scan of queue.scans) {
  log.note(scan, "saved", scan.name ?? say("ticket"));
}
queue.send();
