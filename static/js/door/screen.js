// What the helper sees: the outcome of a scan, the numbers, this device's scans, what waits.

const ICONS = { sending: "…", admitted: "✓", repeated: "!", refused: "✕", saved: "↑" };
const WORDS = {
  sending: "Sending",
  admitted: "Checked in",
  repeated: "Repeated",
  refused: "Refused",
  saved: "Waits",
};
const BADGES = { admitted: "badge-going", repeated: "badge-pending", refused: "badge-rejected" };
const BUZZES = { admitted: [80], repeated: [80, 80, 80], refused: [300], saved: [80] };
const MOST_LOGGED = 50;

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

// The large banner. It takes the place of what the server said when the page was opened.
export function showResult(outcome, message) {
  const icon = element("span", "door-icon", ICONS[outcome]);
  icon.setAttribute("aria-hidden", "true");
  const banner = element("div", `door-result door-${outcome}`, "");
  banner.append(icon, element("p", "", message));
  document.getElementById("result").replaceChildren(banner);
  document.querySelectorAll("main > .alert").forEach((alert) => alert.remove());
  // Browsers let a page buzz once it was touched.
  if (navigator.userActivation?.hasBeenActive && BUZZES[outcome]) {
    navigator.vibrate?.(BUZZES[outcome]);
  }
}

export function showCounts(counts) {
  for (const place of document.querySelectorAll("#counts [data-count]")) {
    place.textContent = counts[place.dataset.count];
  }
  const bar = document.querySelector("#counts progress");
  bar.max = counts.people || 1;
  bar.value = counts.arrived_people;
}

export function showWaiting({ held, scans }) {
  const place = document.getElementById("waiting");
  const many = scans.length === 1 ? "1 scan waits" : `${scans.length} scans wait`;
  let said = "";
  if (held === "ended") {
    said =
      "The door link does not work any more, or this page is too old. " +
      `${many} on this phone: open your door link again to send them.`;
  } else if (held && scans.length) {
    said = `Offline: ${many} on this phone.`;
  }
  if (said === place.textContent) {
    return;
  }
  place.replaceChildren(...(said ? [element("p", "alert alert-warning", said)] : []));
}

// A guest of the search who was just checked in.
export function showGuest(rsvpId) {
  const row = document.querySelector(`[data-guest="${CSS.escape(rsvpId)}"]`);
  if (row) {
    row.querySelector(".door-admit").hidden = true;
    row.querySelector(".door-done").hidden = false;
  }
}

// This device's scans, newest first. They last as long as the tab: a search reloads the page.
export class DeviceLog {
  constructor(key) {
    this.key = key;
    this.section = document.getElementById("device-log");
    try {
      this.entries = JSON.parse(sessionStorage.getItem(key)) ?? [];
    } catch {
      this.entries = [];
    }
    this.render();
  }

  // Adds a scan, or tells a new outcome of one that is there.
  note({ scan_id, scanned_at }, outcome, message) {
    const entry = { id: scan_id, at: scanned_at, outcome, message };
    const place = this.entries.findIndex((each) => each.id === scan_id);
    if (place === -1) {
      this.entries = [entry, ...this.entries].slice(0, MOST_LOGGED);
    } else {
      this.entries[place] = entry;
    }
    try {
      sessionStorage.setItem(this.key, JSON.stringify(this.entries));
    } catch {
      // The list on the page is enough.
    }
    this.render();
  }

  render() {
    this.section.hidden = this.entries.length === 0;
    this.section.querySelector("ol").replaceChildren(...this.entries.map(row));
  }
}

// The time of day by the event's clock, as everywhere on the page.
function clock(moment) {
  const timeZone = document.getElementById("door").dataset.zone;
  const shape = { hour: "2-digit", minute: "2-digit" };
  try {
    return moment.toLocaleTimeString("en-GB", { ...shape, timeZone });
  } catch {
    // A browser that does not know the zone: its own clock is better than none.
    return moment.toLocaleTimeString("en-GB", shape);
  }
}

function row({ at, outcome, message }) {
  const said = element("div", "row-main", "");
  said.append(
    element("p", "row-title", message),
    element("p", "row-facts muted", clock(new Date(at))),
  );
  const made = element("li", "row", "");
  made.append(said, element("span", `badge ${BADGES[outcome] ?? ""}`, WORDS[outcome]));
  return made;
}
