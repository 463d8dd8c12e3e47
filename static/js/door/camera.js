// The camera: starts and stops it, and hands over the codes it sees.

import { makeDetector } from "./detector.js";
import { looksLikeTicket } from "./ticket.js";
import { say } from "./words.js";

// Between two looks at the picture: about six a second, and the phone stays cool.
const PAUSE = 150;

export function offerCamera(place, seen) {
  const video = place.querySelector("video");
  const button = place.querySelector("[data-camera]");
  const label = button.querySelector("span");
  const torch = place.querySelector("[data-torch]");
  const said = place.querySelector("p");
  // Fetched at once: it may be needed when the network is gone.
  const loading = makeDetector();
  loading.catch(() => {});
  // The run that counts; a run that finds another here ends.
  let current = null;

  function stop(reason = "") {
    for (const track of video.srcObject?.getTracks() ?? []) {
      track.stop();
    }
    current = null;
    video.srcObject = null;
    video.hidden = true;
    torch.hidden = true;
    torch.setAttribute("aria-pressed", "false");
    label.textContent = say("camera_start");
    said.textContent = reason;
  }

  async function start() {
    const run = {};
    current = run;
    label.textContent = say("camera_stop");
    said.textContent = say("camera_hold");
    try {
      const stream = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment" },
      });
      if (current !== run) {
        stream.getTracks().forEach((track) => track.stop());
        return;
      }
      video.srcObject = stream;
      video.hidden = false;
      const [track] = stream.getVideoTracks();
      torch.hidden = !track.getCapabilities?.().torch;
      track.addEventListener("ended", () => {
        if (current === run) {
          stop(say("camera_stopped"));
        }
      });
      await video.play();
      look(run, await loading);
    } catch (problem) {
      if (current === run) {
        stop(say(`camera_${problem.name}`) || say("camera_broken"));
      }
    }
  }

  async function look(run, detect) {
    if (current !== run) {
      return;
    }
    if (!document.hidden && video.videoWidth) {
      let codes = [];
      try {
        codes = await detect(video);
      } catch {
        stop(say("camera_unreadable"));
      }
      const code = codes.find(looksLikeTicket) ?? codes[0];
      if (code && current === run) {
        seen(code);
      }
    }
    setTimeout(() => look(run, detect), PAUSE);
  }

  place.hidden = false;
  if (!navigator.mediaDevices?.getUserMedia) {
    // Browsers lend the camera to pages over HTTPS alone.
    button.hidden = true;
    said.textContent = say("camera_needs_https");
    return;
  }
  button.addEventListener("click", () => (current ? stop() : start()));
  torch.addEventListener("click", () => {
    const on = torch.getAttribute("aria-pressed") !== "true";
    const [track] = video.srcObject?.getVideoTracks() ?? [];
    track?.applyConstraints({ advanced: [{ torch: on }] }).catch(() => {});
    torch.setAttribute("aria-pressed", String(on));
  });
}
