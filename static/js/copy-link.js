// Shows the copy buttons, which need a script, and says when a link was copied.

for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const said = document.createElement("span");
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  button.after(said);
  button.hidden = false;
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      // No clipboard without HTTPS: the link stays selected, ready for the visitor's own copy.
      said.textContent = "The link is selected.";
      return;
    }
    button.textContent = "Copied";
    said.textContent = "The link is copied.";
    setTimeout(() => {
      button.textContent = "Copy";
    }, 2000);
  });
}
