// The words of the page's language, as the server wrote them into it.

const words = JSON.parse(document.getElementById("door-words").textContent);

export function say(name, values = {}) {
  return (words[name] ?? "").replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

// "1 scan waits" or "3 scans wait": `name` has the endings _one and _many.
export function count(name, number) {
  return say(number === 1 ? `${name}_one` : `${name}_many`, { number });
}
