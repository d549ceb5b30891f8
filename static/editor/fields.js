// Reading and changing the fields of StreamField blocks, and the words of this script in the author's language.

export const word = (name) => document.getElementById("question-form-words").dataset[name];

export function fields(start, end) {
  const found = document.querySelectorAll(`[name^="${start}"][name$="${end}"]`);
  return [...found].filter((field) => /^\d+(-value-choices-\d+)?$/.test(field.name.slice(start.length, -end.length)));
}

// A row that was deleted stays in the form, marked.
export function isKept(field, depth = 1) {
  const parts = field.name.split("-value-");
  for (let cut = 1; cut <= depth; cut += 1) {
    const gone = document.getElementsByName(`${parts.slice(0, -cut).join("-value-")}-deleted`)[0];
    if (gone?.value) return false;
  }
  return true;
}

export function write(field, value) {
  if (field.value === String(value)) return;
  field.value = value;
  field.dispatchEvent(new Event("input", { bubbles: true }));
  field.dispatchEvent(new Event("change", { bubbles: true }));
}

export function make(tag, options = {}, ...children) {
  const { data = {}, ...rest } = options;
  const made = Object.assign(document.createElement(tag), rest);
  Object.assign(made.dataset, data);
  made.append(...children);
  return made;
}

// A place for what is drawn, before the list whose number of rows is in the field `count`.
export function stage(count, name) {
  const found = count.parentElement.querySelector(`:scope > .${name}`);
  if (found) return found;
  const made = make("div", { className: name });
  count.before(made);
  return made;
}

// The observer of the form sees every change in it: a drawing that has not changed is left alone.
export function redraw(host, key, draw) {
  if (host.dataset.drawn === key) return;
  host.dataset.drawn = key;
  draw();
}
