// Helps with the form of an event: the end follows the start, days to pick, the zone in words, a
// preview of the description, what is folded away in short, and the card the event will be.

const form = document.querySelector("[data-when]").closest("form");
const field = (name) => form.querySelector(`[name="${name}"]:not([type="hidden"])`);
const language = document.documentElement.lang;
// English dates as Convene writes them elsewhere: the day before the month.
const locale = language === "en" ? "en-GB" : language;

// --- When ------------------------------------------------------------------------------------------
const when = form.querySelector("[data-when]");
const [day, start, end, lastDay] = ["start_time_day", "start_time_at", "end_time_at", "end_time_day"].map(field);
const zone = field("timezone");
const MINUTES = 24 * 60;
const USUAL = "19:00";
let length = 120;

const minutesOf = (time) => {
  const [hours, minutes] = time.split(":").map(Number);
  return hours * 60 + minutes;
};
const timeOf = (minutes) => {
  const within = (minutes + MINUTES) % MINUTES;
  return [Math.floor(within / 60), within % 60].map((each) => String(each).padStart(2, "0")).join(":");
};
const dayOf = (date) =>
  [date.getFullYear(), date.getMonth() + 1, date.getDate()].map((each) => String(each).padStart(2, "0")).join("-");
const shortDay = (date) =>
  new Intl.DateTimeFormat(locale, { weekday: "short", day: "numeric", month: "short" }).format(date);
const dateOf = (text) => {
  const [year, month, date] = text.split("-").map(Number);
  return new Date(year, month - 1, date);
};

function lasts() {
  if (!start.value || !end.value) {
    return null;
  }
  const days = lastDay.value && day.value ? Math.round((dateOf(lastDay.value) - dateOf(day.value)) / 864e5) : 0;
  const minutes = minutesOf(end.value) - minutesOf(start.value) + days * MINUTES;
  return minutes < 0 && !lastDay.value ? minutes + MINUTES : minutes;
}

function lengthWords(minutes) {
  const parts = [];
  if (minutes >= 60) {
    parts.push(when.dataset.hours.replace("{hours}", Math.floor(minutes / 60)));
  }
  if (minutes % 60) {
    parts.push(when.dataset.minutes.replace("{minutes}", minutes % 60));
  }
  return parts.join(" ");
}

function zoneWords() {
  const moment = day.value ? new Date(`${day.value}T${start.value || "12:00"}`) : new Date();
  const place = zone.value.split("/").pop().replaceAll("_", " ");
  let offset = "UTC";
  try {
    const parts = new Intl.DateTimeFormat("en", { timeZone: zone.value, timeZoneName: "shortOffset" }).formatToParts(moment);
    offset = parts.find((part) => part.type === "timeZoneName").value.replace("GMT", "UTC");
  } catch {
    // A browser that does not know the zone: its name alone.
    return place;
  }
  return zone.value.includes("/") ? when.dataset.line.replace("{place}", place).replace("{offset}", offset) : offset;
}

function sayWhen() {
  const minutes = lasts();
  const parts = [zoneWords()];
  if (minutes > 0) {
    parts.push(lengthWords(minutes));
    if (!lastDay.value && minutesOf(end.value) < minutesOf(start.value)) {
      parts.push(when.dataset.nextDay);
    }
  }
  when.querySelector("[data-zone-line]").textContent = parts.join(" · ");
}

function endFollows() {
  if (start.value && !lastDay.value) {
    end.value = timeOf(minutesOf(start.value) + length);
  }
}

function offerDays(presets) {
  const now = new Date();
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: "auto" });
  const named = (ahead) => {
    const date = new Date(now.getFullYear(), now.getMonth(), now.getDate() + ahead);
    const words = ahead < 2 ? relative.format(ahead, "day") : new Intl.DateTimeFormat(locale, { weekday: "long" }).format(date);
    return { date, words: words.charAt(0).toLocaleUpperCase(locale) + words.slice(1) };
  };
  const saturday = (6 - now.getDay() + 7) % 7;
  const aheads = [now.getHours() < 18 ? 0 : null, 1, saturday > 1 ? saturday : null, saturday + 7];
  for (const ahead of aheads) {
    if (ahead === null || presets.children.length === 3) {
      continue;
    }
    const { date, words } = named(ahead);
    const near = ahead < 7 ? words : shortDay(date);
    const chip = document.createElement("button");
    chip.type = "button";
    chip.className = "chip figures";
    chip.textContent = presets.children.length ? near : `${near}, ${USUAL}`;
    chip.addEventListener("click", () => {
      day.value = dayOf(date);
      start.value ||= USUAL;
      lastDay.value = "";
      endFollows();
      form.dispatchEvent(new Event("input"));
    });
    presets.append(chip);
  }
}

start.addEventListener("input", endFollows);
for (const each of [end, lastDay]) {
  each.addEventListener("input", () => {
    const minutes = lasts();
    length = minutes > 0 && minutes < MINUTES ? minutes : length;
  });
}
length = lasts() || length;

const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
if (form.hasAttribute("data-prefill-zone") && [...zone.options].some((option) => option.value === own)) {
  zone.value = own;
}
const presets = form.querySelector("[data-presets]");
if (presets) {
  offerDays(presets);
}

// --- Where: what is not asked for is not sent ---------------------------------------------------
function settleWhere() {
  const chosen = form.querySelector('[name="format"]:checked')?.value;
  field("location").disabled = chosen === "virtual" || chosen === "later";
  field("online_url").disabled = chosen === "in_person" || chosen === "later";
}

// --- The title has one line -----------------------------------------------------------------------
const title = form.querySelector("[data-one-line]");
title.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.isComposing) {
    event.preventDefault();
  }
});

// --- What is folded away, in short -----------------------------------------------------------------
function sum(line) {
  const { of, none, one, many } = line.dataset;
  const source = field(of);
  if (source.type === "checkbox") {
    line.hidden = !source.checked;
  } else if (source.tagName === "SELECT") {
    line.textContent = source.selectedOptions[0].textContent;
  } else if (many) {
    const number = source.value === "" ? null : Number(source.value);
    line.hidden = number === null || (number === 0 && !none);
    line.textContent = number === 0 ? none : number === 1 ? one : many.replace("{count}", source.value);
  } else {
    line.hidden = !source.value.trim();
  }
}

// --- The description as it will be read ---------------------------------------------------------
const preview = form.querySelector("[data-preview]");
preview.addEventListener("click", async (event) => {
  const region = document.getElementById(preview.dataset.preview);
  event.preventDefault();
  const sent = new URLSearchParams({ description: field("description").value });
  sent.set("csrfmiddlewaretoken", form.querySelector('[name="csrfmiddlewaretoken"]').value);
  const answer = await fetch(preview.formAction, { method: "POST", body: sent });
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  region.replaceChildren(...(page.querySelector("[data-preview-text]")?.childNodes ?? []));
  region.hidden = false;
});

// --- The card ---------------------------------------------------------------------------------------
const card = document.querySelector("[data-card]");
const shown = (name) => card.querySelector(`[data-show="${name}"]`);
const placeholders = {};
let photo = "";

function drawCover() {
  const cover = card.querySelector("img");
  const hour = start.value ? minutesOf(start.value) / 60 : 12;
  const evening = hour >= 16 && hour < 20;
  const time = evening ? card.dataset.evening : hour >= 20 || hour < 6 ? "night" : "day";
  const date = day.value ? `-${day.value.slice(5, 10)}` : "";
  const drawn = card.dataset.dated.replace(/-day-\d\d-\d\d(-[a-z-]+)\.svg$/, (_, spoken) => `-${time}${date}${date && spoken}.svg`);
  if (cover.getAttribute("src") !== (photo || drawn)) {
    cover.src = photo || drawn;
  }
  cover.classList.toggle("cover-dated", !photo);
}

function fillCard() {
  const say = (element, text) => {
    const name = element.closest("[data-show]").dataset.show;
    placeholders[name] ??= element.textContent;
    element.textContent = text || placeholders[name];
  };
  say(shown("title"), title.value.trim());
  const spoken = day.value && shortDay(dateOf(day.value));
  say(shown("when"), [spoken, start.value].filter(Boolean).join(", "));
  const chosen = form.querySelector('[name="format"]:checked')?.value;
  const { online, later } = shown("where").dataset;
  const place = field("location").value.trim();
  const where = { virtual: online, later, hybrid: place && `${place} · ${online}` }[chosen] ?? place;
  say(shown("where").querySelector("span"), where);
  const host = field("host_name").value.trim();
  shown("host").hidden = !host;
  shown("host").querySelector(".avatar").textContent = host.charAt(0).toLocaleUpperCase(locale);
  shown("host").querySelector("span:last-child").textContent = host;
  drawCover();
}

function takePhoto(input) {
  // Without a file the form is small, and soon read.
  form.enctype = input.files.length ? "multipart/form-data" : "application/x-www-form-urlencoded";
  photo = "";
  if (!input.files.length) {
    fillCard();
    return;
  }
  const reader = new FileReader();
  reader.addEventListener("load", () => {
    photo = reader.result;
    fillCard();
  });
  reader.readAsDataURL(input.files[0]);
  card.parentElement.querySelector("[data-photo-hint]").textContent = input.files[0].name;
}

function settle() {
  settleWhere();
  sayWhen();
  form.querySelectorAll("[data-of]").forEach(sum);
  if (card) {
    fillCard();
  }
}

if (card) {
  const input = field("cover");
  input.addEventListener("change", () => takePhoto(input));
  takePhoto(input);
}
form.addEventListener("input", settle);
// A browser may restore what was typed after this ran.
window.addEventListener("pageshow", settle);
settle();
