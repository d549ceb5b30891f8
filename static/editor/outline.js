// Rows of a course outline are dragged to another place; the buttons of each row do the same without dragging.
const table = document.querySelector("[data-outline]");
const form = document.getElementById("outline-move");
let held = null;

const target = (event) => {
  const row = event.target.closest("[data-page]");
  return row && held && row !== held && row.dataset.parent === held.dataset.parent ? row : null;
}

table.addEventListener("dragstart", (event) => {
  held = event.target.closest("[data-page]");
  event.dataTransfer.effectAllowed = "move";
});

table.addEventListener("dragover", (event) => {
  if (target(event)) event.preventDefault();
});

table.addEventListener("drop", (event) => {
  const row = target(event);
  if (!row) return;
  event.preventDefault();
  const frame = row.getBoundingClientRect();
  const name = event.clientY < frame.top + frame.height / 2 ? "up" : "down";
  const value = `${held.dataset.page} ${row.dataset.page}`;
  form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  form.submit();
});
