// Shows the copy buttons, which need a script, and says when a link was copied. Their words come from
// the page: data-copied, and data-selected for where there is no clipboard.

for (const button of document.querySelectorAll("button[data-copy]")) {
  const field = document.getElementById(button.dataset.copy);
  const label = button.querySelector("span");
  const first = label.textContent;
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
      said.textContent = button.dataset.selected;
      return;
    }
    label.textContent = button.dataset.copied;
    said.textContent = button.dataset.copied;
    setTimeout(() => {
      label.textContent = first;
    }, 2000);
  });
}
