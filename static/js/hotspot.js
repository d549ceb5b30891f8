import { $, $$ } from "./page.js";

/** <div data-hotspot> - pressing a place on the picture ticks its box in the list below; the box stays what is sent. */
export default function hotspot(group) {
  const boxes = $$("input[type=checkbox]", group);

  function show() {
    for (const box of boxes) $(`[data-region="${box.value}"]`, group)?.toggleAttribute("data-on", box.checked);
  }

  group.addEventListener("click", event => {
    const place = event.target.closest("[data-region]");
    boxes.find(box => box.value === place?.dataset.region)?.click();
  });
  for (const happening of ["change", "restored"]) group.closest("form")?.addEventListener(happening, show);
  show();
}
