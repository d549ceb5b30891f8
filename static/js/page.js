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

/** The device's storage, or a forgetful stand-in where the browser forbids it. */
export function storage() {
  try {
    return localStorage;
  } catch {
    return { getItem: () => null, setItem() {}, removeItem() {} };
  }
}

/** What the keys of answers kept on this device begin with. */
export const KEPT_ANSWER = "kept-answer:";

/** Removes every answer kept on this device; called on sign-out, because devices are shared. */
export function forgetKeptAnswers() {
  for (const key of Object.keys(storage())) {
    if (key.startsWith(KEPT_ANSWER)) storage().removeItem(key);
  }
}
