// The organizer's list of guests: searched while somebody types, counted while they select, and left
// where it was by every act. All of it works without; the words come from data attributes.

const wide = window.matchMedia("(min-width: 1000px)");
const search = document.getElementById("search");

// --- What is selected ----------------------------------------------------------------------------
const boxes = () => [...document.querySelectorAll('#list input[name="guest"]')];

function fill(sentence, values) {
  return sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

function count() {
  const bar = document.getElementById("bulk");
  if (!bar || !document.getElementById("select-all")) {
    return;
  }
  const all = document.getElementById("select-all");
  const rows = boxes().filter((box) => box.checked).map((box) => box.closest("li"));
  const sum = (name) => rows.reduce((total, row) => total + Number(row.dataset[name] ?? 0), 0);
  const everyone = all?.checked && Number(all.dataset.number) > rows.length;
  const selected = everyone ? Number(all.dataset.number) : rows.length;
  const people = sum("people");
  const sentence = everyone ? bar.dataset.all : people === 1 ? bar.dataset.one : bar.dataset.many;
  const said = [fill(sentence, { selected, people })];
  if (bar.dataset.free !== undefined && !everyone) {
    const left = Number(bar.dataset.free) - sum("seats");
    said.push(left < 0 ? bar.dataset.over : fill(bar.dataset.left, { left }));
  }
  bar.querySelector(".bulk-said").textContent = said.join(" ");
  bar.querySelector("[data-selected]").textContent = selected;
  bar.querySelector(".bulk-none").hidden = false;
  for (const label of bar.querySelectorAll("[data-label]")) {
    label.textContent = fill(label.dataset.label, { selected });
  }
}

document.addEventListener("change", ({ target }) => {
  if (target.id === "select-all") {
    for (const box of boxes()) {
      box.checked = target.checked;
    }
  } else if (target.name === "guest") {
    const all = document.getElementById("select-all");
    all.checked = all.checked && boxes().every((box) => box.checked);
  }
  count();
});
document.addEventListener("reset", () => setTimeout(count));

// --- Searching while typing ----------------------------------------------------------------------
const said = document.createElement("p");
said.className = "visually-hidden";
said.setAttribute("role", "status");
document.querySelector("main").append(said);
let typed;
let asked = 0;

// Puts parts of the same page, asked for anew, in the place of those that are here.
async function renew(address, ids) {
  const turn = ++asked;
  const answer = await fetch(address, { headers: { Accept: "text/html" } });
  if (!answer.ok || turn !== asked) {
    return null;
  }
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const selected = new Set(boxes().filter((box) => box.checked).map((box) => box.value));
  for (const id of ids) {
    const [old, fresh] = [document.getElementById(id), page.getElementById(id)];
    if (old && fresh) {
      old.replaceWith(document.adoptNode(fresh));
    } else if (old) {
      old.replaceChildren();
    }
  }
  for (const box of boxes()) {
    box.checked = selected.has(box.value);
  }
  count();
  return page;
}

search?.addEventListener("input", () => {
  clearTimeout(typed);
  typed = setTimeout(async () => {
    const words = [...new FormData(search)].filter(([, value]) => value);
    const address = `${search.getAttribute("action")}?${new URLSearchParams(words)}`;
    if (await renew(address, ["list", "beside", "act", "bulk"])) {
      history.replaceState(null, "", address);
      said.textContent = document.getElementById("list").dataset.found;
    }
  }, 200);
});

// --- The guest beside the list -------------------------------------------------------------------
document.addEventListener("click", async (event) => {
  const link = event.target.closest(".guest-name > a:first-child");
  if (!link || !wide.matches || event.button || event.metaKey || event.ctrlKey || event.shiftKey) {
    return;
  }
  event.preventDefault();
  const row = link.closest("li");
  const address = new URL(location.href);
  address.hash = "";
  address.searchParams.set("open", row.id.replace("guest-", ""));
  if (!(await renew(address, ["beside"]))) {
    location.assign(link.href);
    return;
  }
  history.replaceState(null, "", address);
  document.querySelector("[data-beside]")?.removeAttribute("data-beside");
  row.dataset.beside = "";
  document.querySelector("#beside h3 a").focus({ preventScroll: true });
});

// --- Where it was before the act ------------------------------------------------------------------
const place = `scroll ${location.pathname}`;

document.addEventListener("submit", (event) => {
  if (event.target.method === "post") {
    const keys = event.submitter?.matches(":focus-visible") ?? false;
    sessionStorage.setItem(place, JSON.stringify({ top: window.scrollY, keys }));
  }
});

const before = JSON.parse(sessionStorage.getItem(place));
if (before) {
  sessionStorage.removeItem(place);
  const next = document.getElementById(location.hash.slice(1))?.querySelector(".guest-name > a");
  // Without its fragment, so that the browser does not go there instead.
  history.replaceState(null, "", location.pathname + location.search);
  const back = () => window.scrollTo(0, before.top);
  back();
  if (before.keys) {
    // Keys go on from the next guest, not from the top of the page.
    const beside = wide.matches && document.querySelector("#beside h3 a");
    (beside || next)?.focus({ preventScroll: true });
  }
  window.addEventListener("load", () => requestAnimationFrame(back), { once: true });
  for (const notice of document.querySelectorAll("main > .alert[role=status]")) {
    if (before.top > notice.offsetTop) {
      const sink = () => notice.classList.remove("notice-afloat");
      notice.classList.add("notice-afloat");
      setTimeout(sink, 8000);
      // It lies over nothing that has the focus.
      document.addEventListener("focusin", ({ target }) => {
        if (target.getBoundingClientRect().top < notice.getBoundingClientRect().bottom) {
          sink();
        }
      });
    }
  }
}
count();
