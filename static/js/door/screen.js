// What the helper sees: the outcome of a scan, the numbers, this device's scans, what waits.

import { play } from "./sound.js";
import { count, say } from "./words.js";

const ICONS = {
  sending: "hourglass",
  admitted: "circle-check",
  repeated: "history",
  refused: "circle-x",
  saved: "wifi-off",
};
const BADGES = { admitted: "badge-good", repeated: "badge-wait", refused: "badge-bad" };
const BUZZES = { admitted: [80], repeated: [80, 80, 80], refused: [300], saved: [80] };
const MOST_LOGGED = 50;
const SVG = "http://www.w3.org/2000/svg";

function element(name, className, text) {
  const made = document.createElement(name);
  made.className = className;
  made.textContent = text;
  return made;
}

function icon(name) {
  const sprite = document.querySelector(".icon use").getAttribute("href").split("#")[0];
  const made = document.createElementNS(SVG, "svg");
  made.setAttribute("class", "icon");
  made.setAttribute("aria-hidden", "true");
  made.append(document.createElementNS(SVG, "use"));
  made.firstChild.setAttribute("href", `${sprite}#${name}`);
  return made;
}

// The large banner. It takes the place of what the server said when the page was opened.
export function showResult(outcome, title, lines = []) {
  const banner = element("div", `door-result door-${outcome}`, "");
  banner.append(icon(ICONS[outcome]), element("p", "door-result-title", title));
  banner.append(...lines.map((line) => element("p", "", line)));
  document.getElementById("result").replaceChildren(banner);
  document.querySelectorAll("main > .alert").forEach((alert) => alert.remove());
  play(outcome);
  // Browsers let a page buzz once it was touched.
  if (navigator.userActivation?.hasBeenActive && BUZZES[outcome]) {
    navigator.vibrate?.(BUZZES[outcome]);
  }
}

export function clearResult() {
  document.getElementById("result").replaceChildren();
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
  const waits = held === "ended" || (held && scans.length);
  const said = waits ? count(held, scans.length) : "";
  if (said === place.textContent) {
    return;
  }
  place.replaceChildren(...(said ? [element("p", "alert alert-warning", said)] : []));
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
export function clock(moment) {
  const timeZone = document.getElementById("door").dataset.zone;
  const { lang } = document.documentElement;
  const shape = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  try {
    return moment.toLocaleTimeString(lang, { ...shape, timeZone });
  } catch {
    // A browser that does not know the zone: its own clock is better than none.
    return moment.toLocaleTimeString(lang, shape);
  }
}

function row({ at, outcome, message }) {
  const said = element("div", "row-main", "");
  said.append(element("p", "row-title", message), element("p", "hint", clock(new Date(at))));
  const made = element("li", "row", "");
  made.append(said, element("span", `badge ${BADGES[outcome] ?? ""}`, say(outcome)));
  return made;
}
