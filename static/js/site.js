// Small behaviours by data- attributes. Progressive: every page does its whole job without this file.
// Words that people read come from the page (data-word-* on #live, or on the element itself), so they are translated.
import { $, $$ } from "./page.js";
import "./presses.js";

// A page loads the behaviours it asks for. Order lists come first: a kept answer is put back into their selects
// before it is sent.
const BEHAVIOURS = [
  ["[data-order]", () => import("./reorder.js")],
  ["[data-hotspot]", () => import("./hotspot.js")],
  ["form[data-autosave]", () => import("./autosave.js")],
  ["[data-seconds-left]", () => import("./timer.js")],
  ["form[data-live]", () => import("./live-filter.js")],
  ["[data-check]", () => import("./check.js")],
  ["[data-poll]", () => import("./poll.js")],
];

const wanted = BEHAVIOURS.map(([selector, load]) => [$$(selector), load]).filter(([elements]) => elements.length);
const loaded = await Promise.all(wanted.map(([, load]) => load()));
wanted.forEach(([elements], at) => elements.forEach(element => loaded[at].default(element)));

$("[data-error-summary]")?.focus();
