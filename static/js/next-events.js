// Fetches "Your next events" for browsers that keep some: the page itself is the same for everybody.
// How many rows came last time is remembered, so that their place is kept free while they load.

const place = document.querySelector("[data-next]");
const KEPT = "convene-next-rows";

function remembered(rows) {
  try {
    if (rows === undefined) return Number(localStorage.getItem(KEPT)) || 0;
    localStorage.setItem(KEPT, rows);
  } catch {
    // No storage: the panel moves what is below it once.
  }
  return 0;
}

async function fill() {
  const rows = remembered();
  if (rows) place.dataset.rows = Math.min(rows, 2);
  const answer = await fetch(place.dataset.next, { headers: { Accept: "text/html" } });
  if (answer.ok) place.innerHTML = answer.status === 204 ? "" : await answer.text();
  remembered(place.querySelectorAll("li").length);
  delete place.dataset.rows;
}

if (place) fill().catch(() => place.replaceChildren());
