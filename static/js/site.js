// Small behaviours by data- attributes. Progressive: every page does its whole job without this file.
// Words that people read come from the page (data-word-* on #live, or on the element itself), so they are translated.
import { $, $$, forgetStoredAnswers } from "./page.js";
import "./presses.js";

// A page loads the behaviours it asks for. Order lists come first: a kept answer is put back into their selects
// before it is sent.
const BEHAVIOURS = [
  ["[data-order]", () => import("./reorder.js")],
  ["[data-hotspot]", () => import("./hotspot.js")],
  ["form[data-autosave]", () => import("./autosave.js")],
  ["[data-seconds-left]", () => import("./timer.js")],
  ["form[data-live]", () => import("./fetched.js"), "liveFilter"],
  ["[data-check]", () => import("./fetched.js"), "check"],
  ["[data-poll]", () => import("./fetched.js"), "poll"],
];

forgetStoredAnswers({ ...$("[data-attempt]")?.dataset });
const wanted = BEHAVIOURS.map(([selector, ...rest]) => [$$(selector), ...rest]).filter(([elements]) => elements.length);
const loaded = await Promise.all(wanted.map(([, load]) => load()));
wanted.forEach(([elements, , name = "default"], at) => elements.forEach(element => loaded[at][name](element)));

$("[data-error-summary]")?.focus();
