// Forms of questions: places drawn on their picture, scenes offered by name. The plain fields stay what is saved.
import { drawPlaces } from "./places.js";
import { offerScenes } from "./scenes.js";

let waiting = false;

function look() {
  if (waiting) return;
  waiting = true;
  requestAnimationFrame(() => {
    waiting = false;
    drawPlaces();
    offerScenes();
  });
}

const form = document.querySelector("[data-edit-form]");
if (form) {
  new MutationObserver(look).observe(form, { childList: true, subtree: true });
  form.addEventListener("input", look);
  form.addEventListener("change", look);
  look();
  // Before anybody has pressed something, what changes is a field that starts: no edit.
  addEventListener("w-unsaved:add", (event) => {
    if (navigator.userActivation?.hasBeenActive !== false || form.dataset.wUnsavedForceValue === "true") return;
    event.stopImmediatePropagation();
    wagtail.app.getControllerForElementAndIdentifier(form, "w-unsaved").clear();
  }, true);
}
