// Reads QR codes off a video: with the browser's own detector where it has one, else with ours.

const LONGEST_SIDE = 800;

// A function from a video to the texts of the codes in its present frame.
export async function makeDetector() {
  const own = await ownDetector();
  let ours = own ? null : await vendoredDetector();
  return async (video) => {
    if (!ours) {
      try {
        return await own(video);
      } catch {
        // Some phones promise a detector that they do not have.
        ours = await vendoredDetector();
      }
    }
    return ours(video);
  };
}

async function ownDetector() {
  try {
    const formats = await BarcodeDetector.getSupportedFormats();
    if (!formats.includes("qr_code")) {
      return null;
    }
    const detector = new BarcodeDetector({ formats: ["qr_code"] });
    return async (video) => (await detector.detect(video)).map((code) => code.rawValue);
  } catch {
    return null;
  }
}

async function vendoredDetector() {
  const { decodeQR } = await import("../../vendor/qr/decode.js");
  const canvas = document.createElement("canvas");
  const context = canvas.getContext("2d", { willReadFrequently: true });
  return (video) => {
    const scale = Math.min(1, LONGEST_SIDE / Math.max(video.videoWidth, video.videoHeight));
    canvas.width = Math.round(video.videoWidth * scale);
    canvas.height = Math.round(video.videoHeight * scale);
    context.drawImage(video, 0, 0, canvas.width, canvas.height);
    try {
      return [decodeQR(context.getImageData(0, 0, canvas.width, canvas.height))];
    } catch {
      return [];
    }
  };
}
