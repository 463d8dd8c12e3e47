// On phones the tabs scroll sideways: brings the open one into view.

document.querySelector(".organizer-tabs .tab[aria-current]")?.scrollIntoView({
  block: "nearest",
  inline: "center",
});
