// A button that sent its form says that it is working. It can still be pressed, since the first try
// may be lost on the way; the form's one-time key sees to it that both count as one.

const labels = new Map();

document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (event.defaultPrevented || event.target.method !== "post" || !button || labels.has(button)) {
    return;
  }
  labels.set(button, [...button.childNodes]);
  button.setAttribute("aria-busy", "true");
  button.textContent = document.documentElement.dataset.working;
});

// Back at this page, which the browser may have kept as it was left: nothing is under way.
window.addEventListener("pageshow", () => {
  for (const [button, label] of labels) {
    button.removeAttribute("aria-busy");
    button.replaceChildren(...label);
  }
  labels.clear();
});
