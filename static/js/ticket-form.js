// Shows the tickets to those who are going, and the questions of the chosen ticket only. What is
// hidden is disabled too: it is not sent, and nothing in it holds the form up.

function show(fieldset, shown) {
  fieldset.hidden = !shown;
  fieldset.disabled = !shown;
}

function settle(form, tickets) {
  const answer = form.querySelector("input[name=attendance]:checked");
  const going = !answer || answer.value === "going";
  const chosen = form.querySelector("input[name=tier_id]:checked");
  tickets.hidden = !going;
  for (const fieldset of tickets.querySelectorAll(":scope > fieldset")) {
    const { ticket } = fieldset.dataset;
    show(fieldset, going && (!ticket || ticket === chosen?.value));
  }
}

for (const tickets of document.querySelectorAll("[data-tickets]")) {
  const form = tickets.closest("form");
  for (const input of tickets.querySelectorAll("[data-required]")) {
    input.required = true;
  }
  form.addEventListener("change", () => settle(form, tickets));
  // A browser may restore what was chosen after this ran.
  window.addEventListener("pageshow", () => settle(form, tickets));
  settle(form, tickets);
}
