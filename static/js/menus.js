// One open menu at a time: it closes by Escape, and by a click or the focus elsewhere.

function close(except) {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (menu !== except) {
      menu.open = false;
    }
  }
}

for (const elsewhere of ["click", "focusin"]) {
  document.addEventListener(elsewhere, (event) => close(event.target.closest("details.menu")));
}

// A row that scrolls sideways shows the whole of what keys came to; Chromium leaves half of it outside.
document.addEventListener("focusin", ({ target }) => {
  if (target.matches(":is(.tabs, .chips) :focus-visible")) {
    target.scrollIntoView({ block: "nearest", inline: "nearest" });
  }
});

document.addEventListener("keydown", (event) => {
  const menu = document.querySelector("details.menu[open]");
  if (event.key === "Escape" && menu) {
    close();
    menu.querySelector("summary").focus();
  }
});
