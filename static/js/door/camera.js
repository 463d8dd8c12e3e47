// The camera: starts and stops it, and hands over the codes it sees.

import { makeDetector } from "./detector.js";
import { looksLikeTicket } from "./ticket.js";

// Between two looks at the picture: about six a second, and the phone stays cool.
const PAUSE = 150;
const REFUSALS = {
  NotAllowedError:
    "The camera is not allowed here. Allow it for this site in the browser's settings, or type the code.",
  NotFoundError: "This device has no camera. Type the code, or find the guest by name.",
  NotReadableError: "Another app is using the camera. Close it and try again.",
};

export function offerCamera(place, seen) {
  const video = place.querySelector("video");
  const button = place.querySelector("button");
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
    button.textContent = "Use the camera";
    said.textContent = reason;
  }

  async function start() {
    const run = {};
    current = run;
    button.textContent = "Stop the camera";
    said.textContent = "";
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
      stream.getVideoTracks()[0].addEventListener("ended", () => {
        if (current === run) {
          stop("The camera stopped.");
        }
      });
      await video.play();
      look(run, await loading);
    } catch (problem) {
      if (current === run) {
        stop(REFUSALS[problem.name] ?? "The camera does not work here. Type the code instead.");
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
        stop("The camera's picture cannot be read here. Type the code instead.");
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
    said.textContent = "The camera needs a page over HTTPS. Type the code instead.";
    return;
  }
  button.addEventListener("click", () => (current ? stop() : start()));
}
