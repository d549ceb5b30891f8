// Places on a picture, drawn with a pointer or moved with arrow keys instead of typed in percent.
import { fields, isKept, make, redraw, stage, word, write } from "./fields.js";

const SIDES = ["x", "y", "width", "height"];
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }
const FIRST = [40, 40, 20, 20];
const within = (value, least, most) => Math.min(Math.max(value, least), most);
const rounded = (value) => Math.round(value * 10) / 10;

export function drawPlaces() {
  for (const count of document.querySelectorAll('[name$="-value-regions-count"]')) {
    const start = count.name.slice(0, -"count".length);
    const image = document.getElementsByName(start.replace(/regions-$/, "image"))[0];
    if (image) board(stage(count, "places"), start, image);
  }
}

function board(host, start, image) {
  const rows = fields(start, "-value-x").filter((field) => isKept(field)).map(readRow);
  const key = JSON.stringify([image.value, rows.map((row) => [row.label, row.box])]);
  redraw(host, key, () => {
    const held = host.querySelector(":focus")?.dataset.row;
    host.replaceChildren(make("p", { className: "help", textContent: word("places") }));
    if (!image.value) return;
    const sheet = make("div", { className: "places-sheet" }, picture(image));
    rows.forEach((row, place) => sheet.append(button(row, place, host)));
    sheet.addEventListener("pointerdown", (press) => begin(press, sheet, rows, host));
    host.append(sheet);
    host.querySelector(`[data-row="${held}"]`)?.focus();
  });
}

function readRow(x) {
  const prefix = x.name.slice(0, -1);
  const inputs = SIDES.map((side) => document.getElementsByName(prefix + side)[0]);
  const label = document.getElementsByName(`${prefix}label`)[0]?.value;
  const box = inputs.map((input) => (input.value === "" ? NaN : Number(input.value)));
  return { inputs, label, box: box.some(Number.isNaN) ? null : box }
}

function picture(image) {
  const small = image.closest("[data-contentpath]")?.querySelector("img")?.src ?? "";
  const large = word("picture").replace("/0/", `/${image.value}/`);
  const made = make("img", { src: large, alt: "", draggable: false });
  made.addEventListener("error", () => { made.src = small }, { once: true });
  return made;
}

function button(row, place, host) {
  const name = row.label || `${word("place")} ${place + 1}`;
  const text = row.box ? name : `${name}: ${word("undrawn")}`;
  const made = make("button", { type: "button", title: text, data: { row: place } }, String(place + 1));
  made.setAttribute("aria-label", text);
  made.className = row.box ? "place" : "place undrawn";
  show(made, row.box);
  made.addEventListener("focus", () => { host.dataset.chosen = place });
  made.addEventListener("click", () => row.box ?? store(row, FIRST));
  made.addEventListener("keydown", (press) => {
    const [across, down] = ARROWS[press.key] ?? [];
    if (across === undefined) return;
    press.preventDefault();
    const [x, y, width, height] = row.box ?? FIRST;
    store(row, press.shiftKey ? [x, y, width + across, height + down] : [x + across, y + down, width, height]);
  });
  return made;
}

function show(made, box) {
  if (!box) return
  ["insetInlineStart", "insetBlockStart", "inlineSize", "blockSize"].forEach((side, place) => {
    made.style[side] = `${box[place]}%`;
  });
}

function store(row, [x, y, width, height]) {
  const wide = within(width, 1, 100);
  const high = within(height, 1, 100);
  // The next key may come before this is drawn.
  row.box = [within(x, 0, 100 - wide), within(y, 0, 100 - high), wide, high].map(rounded);
  row.inputs.forEach((input, place) => write(input, row.box[place]));
}

// A press on a place moves it; one beside all places draws the chosen place anew, or the first without a box.
function begin(press, sheet, rows, host) {
  if (press.button) return;
  const frame = sheet.getBoundingClientRect();
  const at = (event) => [
    within(((event.clientX - frame.left) / frame.width) * 100, 0, 100),
    within(((event.clientY - frame.top) / frame.height) * 100, 0, 100),
  ];
  const held = press.target.closest("[data-row]");
  const undrawn = rows.findIndex((row) => !row.box);
  const place = Number(held?.dataset.row ?? (undrawn < 0 ? (host.dataset.chosen ?? 0) : undrawn));
  const row = rows[place];
  if (!row || (held && !row.box)) return;
  press.preventDefault();
  const made = sheet.querySelector(`[data-row="${place}"]`);
  const [left, top] = at(press);
  const before = row.box;
  let box = null;
  const move = (event) => {
    const [x, y] = at(event);
    box = held
      ? [before[0] + x - left, before[1] + y - top, before[2], before[3]]
      : [Math.min(x, left), Math.min(y, top), Math.abs(x - left), Math.abs(y - top)];
    made.classList.remove("undrawn");
    show(made, box);
  }
  addEventListener("pointermove", move);
  addEventListener("pointerup", () => {
    removeEventListener("pointermove", move);
    if (box) store(row, box);
    sheet.querySelector(`[data-row="${place}"]`)?.focus();
  }, { once: true });
}
