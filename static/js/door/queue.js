// The scans of this device that the server has not answered yet, sent one at a time in their order.
//
// They lie in localStorage, so neither a reload nor an empty battery loses one. A ticket's code may
// lie there: the helper was shown it anyway, it opens nothing but this door, and it goes as soon as
// the server has answered. A scan carries its own id, so sending it twice is harmless.

const FIRST_WAIT = 2000;
const LONGEST_WAIT = 30_000;
const PATIENCE = 10_000;
const LINK_ENDED = [401, 403, 404];

export class ScanQueue {
  // `answered(scan, answer)` and `changed(queue)` are told what happens.
  constructor({ key, url, csrf, answered, changed }) {
    Object.assign(this, { key, url, csrf, answered, changed });
    // Why sending rests: "" (it does not), "offline" or "ended".
    this.held = "";
    this.sending = false;
    this.wait = FIRST_WAIT;
    this.timer = 0;
    // Holds the scans where the browser keeps nothing (private windows, full disks).
    this.unsaved = null;
    this.write(this.scans.map((scan) => ({ ...scan, late: true })));
  }

  get scans() {
    if (this.unsaved) {
      return this.unsaved;
    }
    try {
      return JSON.parse(localStorage.getItem(this.key)) ?? [];
    } catch {
      return [];
    }
  }

  write(scans) {
    try {
      if (scans.length) {
        localStorage.setItem(this.key, JSON.stringify(scans));
      } else {
        localStorage.removeItem(this.key);
      }
      this.unsaved = null;
    } catch {
      this.unsaved = scans;
    }
  }

  // `late` marks a scan that its helper saw saved rather than answered.
  add(scan) {
    this.write([...this.scans, { ...scan, late: this.held !== "" }]);
    this.send();
  }

  async send() {
    if (this.sending) {
      return;
    }
    this.sending = true;
    clearTimeout(this.timer);
    for (let [scan] = this.scans; scan; [scan] = this.scans) {
      const answer = await this.ask(scan);
      if (typeof answer === "string") {
        this.hold(answer);
        return;
      }
      this.write(this.scans.filter((each) => each.scan_id !== scan.scan_id));
      this.held = "";
      this.wait = FIRST_WAIT;
      this.answered(scan, answer);
      this.changed(this);
    }
    this.sending = false;
    this.held = "";
    this.changed(this);
  }

  // The server's answer to a scan, or why there is none. Only an answer with an outcome is one: a
  // hotel's sign-in page, a broken proxy and an ended link must not swallow a scan.
  async ask({ scan_id, scanned_at, ticket, rsvp_id }) {
    const fields = { scan_id, scanned_at, ...(ticket ? { ticket } : { rsvp_id }) };
    try {
      const response = await fetch(this.url, {
        method: "POST",
        headers: { Accept: "application/json", "X-CSRFToken": this.csrf },
        body: new URLSearchParams(fields),
        signal: AbortSignal.timeout(PATIENCE),
      });
      const said = response.headers.get("Content-Type") ?? "";
      const answer = said.startsWith("application/json") ? await response.json() : {};
      if (answer.outcome) {
        return answer;
      }
      return LINK_ENDED.includes(response.status) ? "ended" : "offline";
    } catch {
      return "offline";
    }
  }

  hold(reason) {
    this.sending = false;
    this.held = reason;
    this.write(this.scans.map((scan) => ({ ...scan, late: true })));
    if (reason === "offline") {
      this.timer = setTimeout(() => this.send(), this.wait);
      this.wait = Math.min(this.wait * 2, LONGEST_WAIT);
    }
    this.changed(this);
  }
}
