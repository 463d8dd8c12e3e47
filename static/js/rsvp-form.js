// The RSVP form: buttons around the number of plus-ones, how many the button speaks for, and the
// first field under the cursor of whoever pointed at an answer. All of it works without.

function button(label, sign, step, input) {
  const made = document.createElement("button");
  made.type = "button";
  made.textContent = sign;
  made.setAttribute("aria-label", label);
  made.addEventListener("click", () => {
    const { min, max } = input;
    const wanted = (Number.parseInt(input.value, 10) || 0) + step;
    input.value = Math.min(Math.max(wanted, Number(min || 0)), max === "" ? wanted : Number(max));
    input.dispatchEvent(new Event("input", { bubbles: true }));
    input.dispatchEvent(new Event("change", { bubbles: true }));
  });
  return made;
}

for (const stepper of document.querySelectorAll(".stepper[data-more]")) {
  const input = stepper.querySelector("input");
  if (!stepper.querySelector("button")) {
    stepper.prepend(button(stepper.dataset.fewer, "\u2212", -1, input));
    stepper.append(button(stepper.dataset.more, "+", 1, input));
  }
}

const form = document.querySelector("form.rsvp");

if (form) {
  const said = form.querySelector("[type=submit] [data-for]");
  const plain = said.textContent;
  const count = form.querySelector("[name=guest_count]");
  const settle = () => {
    const plus = count ? Number.parseInt(count.value, 10) || 0 : 0;
    const sentence = said.dataset.for;
    said.textContent = sentence && plus > 0 ? sentence.replace("{count}", plus + 1) : plain;
  };
  form.addEventListener("input", settle);
  window.addEventListener("pageshow", settle);
  settle();

  // A label hands its click on to its button. What keys choose moves nothing.
  let pointed = false;
  document.addEventListener("pointerdown", (event) => {
    pointed = Boolean(event.target.closest(".answer"));
  });
  document.addEventListener("keydown", () => {
    pointed = false;
  });
  form.addEventListener("change", (event) => {
    if (event.target.name === "attendance" && pointed) {
      form.querySelector("[name=name]").focus({ preventScroll: true });
      form.closest("section").scrollIntoView({ block: "start" });
    }
  });
}
