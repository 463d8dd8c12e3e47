// Gives each value in a list of the admin the name of its column: on a phone a row is a card.
const table = document.getElementById("result_list");
if (table?.tHead) {
  const names = [...table.tHead.rows[0].cells].map((cell) => cell.querySelector(".text")?.textContent.trim() ?? "");
  for (const row of table.tBodies[0].rows) {
    [...row.cells].forEach((cell, number) => {
      cell.dataset.column = names[number];
      cell.classList.toggle("is-empty", ["", "-"].includes(cell.textContent.trim()) && !cell.querySelector("img, input"));
    });
  }
  table.classList.add("has-names");
}
