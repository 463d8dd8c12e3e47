// A short tone for each outcome, so that a helper need not look. The choice is kept on the device.

const KEY = "convene-door-sound";
// Hertz and seconds, one after the other.
const TONES = {
  admitted: [
    [880, 0.09],
    [1320, 0.14],
  ],
  repeated: [
    [520, 0.12],
    [520, 0.12],
  ],
  refused: [[180, 0.4]],
  saved: [[660, 0.12]],
};

let context = null;
let on = true;

export function offerSound(button) {
  try {
    on = localStorage.getItem(KEY) !== "off";
  } catch {
    // Private windows keep nothing.
  }
  button.hidden = false;
  button.setAttribute("aria-pressed", String(on));
  button.addEventListener("click", () => {
    on = !on;
    button.setAttribute("aria-pressed", String(on));
    try {
      localStorage.setItem(KEY, on ? "on" : "off");
    } catch {
      // For this visit only, then.
    }
    play("admitted");
  });
}

// Browsers let a page be heard once it was touched.
export function play(outcome) {
  if (!on || !TONES[outcome] || !navigator.userActivation?.hasBeenActive) {
    return;
  }
  try {
    context ??= new AudioContext();
    let start = context.currentTime;
    for (const [frequency, length] of TONES[outcome]) {
      const tone = context.createOscillator();
      const volume = context.createGain();
      volume.gain.value = 0.15;
      tone.frequency.value = frequency;
      tone.connect(volume).connect(context.destination);
      tone.start(start);
      tone.stop(start + length);
      start += length + 0.03;
    }
  } catch {
    // A device without sound has the picture.
  }
}
