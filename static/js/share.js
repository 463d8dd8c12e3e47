// The buttons of the menus that need a script: copying, and the device's own way to share. Their
// words come from the page.

for (const button of document.querySelectorAll("button[data-copy-text]")) {
  const said = button.querySelector("span");
  const before = said.textContent;
  said.setAttribute("role", "status");
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copyText);
    said.textContent = button.dataset.copied;
    setTimeout(() => {
      said.textContent = before;
    }, 2000);
  });
}

for (const button of document.querySelectorAll("button[data-share]")) {
  button.hidden = !navigator.share;
  button.addEventListener("click", async () => {
    try {
      await navigator.share({ title: button.dataset.title, url: button.dataset.share });
    } catch {
      // Whoever shares may think better of it.
    }
  });
}
