import { $, say, word } from "./page.js";

/** <ol data-order> - Up and Down buttons and dragging. The <select> in each row stays the value that is sent;
 *  its first option is blank, and a list nobody has touched stays blank and so counts as unanswered. */
export default function reorder(list) {
  const rows = () => [...list.children];
  const select = row => $("select", row);
  const changed = () => list.dispatchEvent(new Event("change", { bubbles: true }));
  let held = null;

  function tell(row) {
    const position = word("position")
      .replace("%(text)s", $(".text", row).textContent.trim())
      .replace("%(at)s", rows().indexOf(row) + 1)
      .replace("%(of)s", rows().length);
    say(position);
  }

  function markEdges() {
    rows().forEach((row, at, all) => {
      $("[data-up]", row)?.toggleAttribute("data-edge", at === 0);
      $("[data-down]", row)?.toggleAttribute("data-edge", at === all.length - 1);
    });
  }

  function number(moved) {
    rows().forEach((row, at) => {
      select(row).value = String(at + 1);
    });
    markEdges();
    tell(moved);
  }

  function press(button) {
    const row = button.closest("li");
    const up = "up" in button.dataset;
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    // An untouched list takes its numbers at the first press, even where the row cannot move further.
    if (!other && select(row).value) return say(word(up ? "top" : "bottom"));
    if (other && up) other.before(row);
    else if (other) other.after(row);
    number(row);
    button.focus();
    changed();
  }

  list.addEventListener("click", event => {
    const button = event.target.closest("[data-up], [data-down]");
    if (button) press(button);
  });

  list.addEventListener("change", event => {
    const row = event.target.closest("li");
    if (!row || !select(row).value) return;
    const others = rows().filter(other => other !== row);
    others.splice(Number(select(row).value) - 1, 0, row);
    list.append(...others);
    number(row);
    select(row).focus();
    changed();
  });

  list.addEventListener("dragstart", event => {
    held = event.target.closest("li");
    held.toggleAttribute("data-held", true);
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", event => {
    const over = event.target.closest("li");
    if (!held) return;
    event.preventDefault();
    if (!over || over === held) return;
    const { top, height } = over.getBoundingClientRect();
    if (event.clientY > top + height / 2) over.after(held);
    else over.before(held);
  });
  list.addEventListener("dragend", () => {
    if (!held) return;
    held.removeAttribute("data-held");
    number(held);
    held = null;
    changed();
  });

  // After a kept answer came back into the selects, the rows follow the numbers.
  list.closest("form")?.addEventListener("restored", () => {
    if (!rows().every(row => select(row).value)) return;
    list.append(...rows().sort((one, other) => select(one).value - select(other).value));
    markEdges();
  });

  rows().forEach(row => {
    row.draggable = true;
  });
  markEdges();
}
