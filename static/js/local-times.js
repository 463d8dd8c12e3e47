// Adds the viewer's own time beside the event's when the two clocks differ. The sentence it stands in
// comes from the page: data-local-times="Your time: {time}".

const language = document.documentElement.lang || undefined;
const clock = (zone) => ({ dateStyle: "short", timeStyle: "short", timeZone: zone });

function differs(moment, zone) {
  const [theirs, own] = [zone, undefined].map((each) =>
    new Intl.DateTimeFormat("en", clock(each)).format(moment),
  );
  return theirs !== own;
}

function ownTime(start, end) {
  const format = new Intl.DateTimeFormat(language, {
    weekday: "short",
    day: "numeric",
    month: "long",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
    timeZoneName: "short",
  });
  return end ? format.formatRange(start, end) : format.format(start);
}

for (const time of document.querySelectorAll("[data-local-times] time[data-zone]")) {
  const start = new Date(time.dateTime);
  const end = time.dataset.end ? new Date(time.dataset.end) : null;
  try {
    if (differs(start, time.dataset.zone)) {
      const line = document.createElement("span");
      line.className = "own-time";
      const sentence = time.closest("[data-local-times]").dataset.localTimes;
      line.textContent = sentence.replace("{time}", ownTime(start, end));
      time.after(line);
    }
  } catch {
    // A browser that does not know the zone: the event's own time stays alone.
  }
}
