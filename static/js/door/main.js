// The door page with a script: the camera, a queue that outlasts the network, outcomes at once.
// Without it the same page works by its forms.

import { offerCamera } from "./camera.js";
import { refreshSoon } from "./fresh.js";
import { listenToScanner } from "./keys.js";
import { ScanQueue } from "./queue.js";
import { DeviceLog, showCounts, showGuest, showResult, showWaiting } from "./screen.js";
import { looksLikeTicket } from "./ticket.js";

// A ticket that stays in front of the camera is one scan.
const SAME_SCAN = 5000;
const SAVED = "Saved on this phone. It is sent when the network is back.";

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
      showGuest(scan.rsvp_id);
    }
    if (scan.late && answer.outcome !== "admitted") {
      // Somebody may stand inside who should not: this stays until the next scan.
      shown = "";
      showResult(answer.outcome, `Sent later: ${answer.message}`);
    } else if (scan.scan_id === shown) {
      showResult(answer.outcome, answer.message);
    }
  },
  changed(queue) {
    for (const scan of queue.held ? queue.scans : []) {
      log.note(scan, "saved", scan.name ?? "A ticket");
      if (scan.scan_id === shown) {
        showResult("saved", SAVED);
      }
    }
    showWaiting(queue);
    refreshSoon();
  },
});

function take(what) {
  const scan = { scan_id: newId(), scanned_at: new Date().toISOString(), ...what };
  shown = scan.scan_id;
  if (queue.held) {
    log.note(scan, "saved", scan.name ?? "A ticket");
    showResult("saved", SAVED);
  } else {
    log.note(scan, "sending", scan.name ?? "A ticket");
    showResult("sending", "Checking…");
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
    showResult("refused", "This is not a ticket to this event.");
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
for (const form of document.querySelectorAll(".door-admit")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    take({ rsvp_id: form.elements.rsvp_id.value, name: form.dataset.name });
  });
}
listenToScanner(takeTicket);
offerCamera(document.getElementById("camera"), takeTicket);

window.addEventListener("online", () => queue.send());
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) {
    queue.send();
  }
});
for (const scan of queue.scans) {
  log.note(scan, "saved", scan.name ?? "A ticket");
}
queue.send();
