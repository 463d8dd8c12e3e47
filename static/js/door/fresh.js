// Keeps the numbers and the last scans fresh: other doors check guests in too.

const EVERY = 20_000;
const SOON = 1500;
const PARTS = ["counts", "latest-scans"];

let timer = 0;

export function refreshSoon() {
  clearTimeout(timer);
  timer = setTimeout(refresh, SOON);
}

async function refresh() {
  if (!document.hidden) {
    try {
      const response = await fetch(location.pathname, { headers: { Accept: "text/html" } });
      if (response.ok) {
        show(new DOMParser().parseFromString(await response.text(), "text/html"));
      }
    } catch {
      // Without a network they stay as they are.
    }
  }
  clearTimeout(timer);
  timer = setTimeout(refresh, EVERY);
}

function show(fresh) {
  for (const id of PARTS) {
    const part = fresh.getElementById(id);
    if (part) {
      document.getElementById(id).replaceWith(part);
    }
  }
}
