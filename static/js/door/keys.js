// A hardware scanner types a code and Enter, wherever the focus happens to be.

import { looksLikeTicket } from "./ticket.js";

const FIELDS = "input, textarea, select, [contenteditable]";
// A scanner types much faster than this; a person who types elsewhere does not.
const LONGEST_GAP = 500;

export function listenToScanner(seen) {
  let typed = "";
  let last = 0;

  document.addEventListener("keydown", (event) => {
    if (event.target.closest?.(FIELDS) || event.ctrlKey || event.altKey || event.metaKey) {
      return;
    }
    if (event.timeStamp - last > LONGEST_GAP) {
      typed = "";
    }
    last = event.timeStamp;
    if (event.key === "Enter") {
      if (looksLikeTicket(typed)) {
        // Not also a press of the button that has the focus.
        event.preventDefault();
        seen(typed);
      }
      typed = "";
    } else if (event.key.length === 1) {
      typed += event.key;
    }
  });
}
