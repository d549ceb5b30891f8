// Small behaviours by data- attributes. Progressive: every page does its whole job without this file.
// Words that people read come from the page (data-word-* on #live, or on the element itself), so they are translated.
import { $, $$, forgetKeptAnswers, forgetLateAnswers, say, word } from "./page.js";

/** <button data-copy="text"> - the words in its <span> say that it has been copied. */
async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = $("span", button);
  if (label) label.textContent = word("copied", button);
  say(word("copied", button));
}

/** <button data-clear> - unticks what is chosen in its form, or in its [data-asked]: one question of several. */
function clearAnswer(button) {
  const form = button.form ?? button.closest("form");
  const asked = button.closest("[data-asked]") ?? form;
  for (const choice of $$(":checked:is([type=radio], [type=checkbox])", asked)) choice.checked = false;
  asked.dispatchEvent(new Event("change", { bubbles: true }));
}

/** <details class="menu"> - closes when something else is pressed. */
function closeOtherMenus(target) {
  for (const menu of $$("details.menu[open]")) {
    if (!menu.contains(target)) menu.open = false;
  }
}

document.addEventListener("click", event => {
  const pressed = name => event.target.closest(`[data-${name}]`);
  if (pressed("copy")) copy(pressed("copy"));
  if (pressed("print")) print();
  if (pressed("clear")) {
    event.preventDefault();
    clearAnswer(pressed("clear"));
  }
  closeOtherMenus(event.target);
});

document.addEventListener("keydown", event => {
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (!menu) return;
  menu.open = false;
  $("summary", menu).focus();
});

/** <input type="checkbox" data-check-all="name"> - ticks every box of that name. */
document.addEventListener("change", event => {
  const all = event.target.closest("[data-check-all]");
  if (!all) return;
  for (const box of $$(`[name="${all.dataset.checkAll}"]`)) box.checked = all.checked;
});

/** <form data-signout> - the next person at this device finds no answers. */
document.addEventListener("submit", event => {
  if ("signout" in event.target.dataset) forgetKeptAnswers();
});

// A page loads the behaviours it asks for. Order lists come first: kept answers are put into their selects to be sent.
const quiz = () => import("./quiz.js");
const fetched = () => import("./fetched.js");
const BEHAVIOURS = [
  ["[data-order]", quiz, "reorder"],
  ["[data-hotspot]", quiz, "hotspot"],
  ["form[data-autosave]", quiz, "autosave"],
  ["[data-open]", quiz, "sendKept"],
  ["[data-seconds-left]", quiz, "timer"],
  ["form[data-live]", fetched, "liveFilter"],
  ["[data-check]", fetched, "check"],
  ["[data-poll]", fetched, "poll"],
];

forgetLateAnswers({ ...$("[data-attempt]")?.dataset });
const wanted = BEHAVIOURS.filter(([selector]) => $(selector));
const loaded = await Promise.all(wanted.map(([, load]) => load()));
wanted.forEach(([selector, , name], at) => $$(selector).forEach(loaded[at][name]));

$("[data-error-summary]")?.focus();
