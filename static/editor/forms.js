// What the forms of questions have beside plain fields: places drawn on their picture, scenes offered by name.
// The plain fields stay the values that are saved; without this script they are typed.
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
}
