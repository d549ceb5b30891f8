// What every behaviour leans on: finding elements, speaking to the reader, and what this device remembers.

export const $ = (selector, root = document) => root.querySelector(selector);
export const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Says one short text through #live; the frame between lets a repeated text be spoken again. */
export function say(text) {
  const region = $("#live");
  if (!region || !text) return;
  region.textContent = "";
  requestAnimationFrame(() => {
    region.textContent = text;
  });
}

/** The page's word for something: data-word-<name> on the element, else on #live. */
export function word(name, element) {
  const attribute = `data-word-${name}`;
  return element?.getAttribute(attribute) ?? $("#live")?.getAttribute(attribute) ?? "";
}

/** Shows the notice [data-when-<name>], with this text in its [data-reason]. */
export function reveal(name, text, hidden = false) {
  const notice = $(`[data-when-${name}]`);
  if (!notice) return;
  notice.hidden = hidden;
  const place = $("[data-reason]", notice);
  if (place) place.textContent = text;
}

/** The device's storage, or a forgetful stand-in where the browser forbids it. */
export function storage() {
  try {
    return localStorage;
  } catch {
    return { getItem: () => null, setItem() {}, removeItem() {} };
  }
}

/** What the keys of answers kept on this device begin with, then those of the reader. */
const KEPT_ANSWER = "kept-answer:";
const { person = "" } = document.body.dataset;
export const OWN_ANSWER = KEPT_ANSWER + person;

/** Removes answers kept on this device; all on sign-out, because devices are shared. */
export function forgetKeptAnswers(goes = () => true) {
  for (const key of Object.keys(storage())) {
    if (key.startsWith(KEPT_ANSWER) && goes(key)) storage().removeItem(key);
  }
}

/** Removes answers of others, and those of an attempt handed in: a page says so that has a [data-when-late]. */
export function forgetLateAnswers({ attempt, open }) {
  forgetKeptAnswers(key => {
    const [whose, , asked] = key.split("/");
    const late = asked === attempt && open === undefined;
    if (late && whose === OWN_ANSWER && !JSON.parse(storage().getItem(key))[1]) reveal("late");
    return late || (person && whose !== OWN_ANSWER);
  });
}
