// A story's scenes and endings as a list to choose from, and its map.
import { fields, isKept, make, redraw, stage, word, write } from "./fields.js";

export function offerScenes() {
  for (const count of document.querySelectorAll('[name$="-value-nodes-count"]')) {
    const start = count.name.slice(0, -"nodes-count".length);
    const scenes = named(`${start}nodes-`);
    const endings = named(`${start}endings-`);
    const choices = fields(`${start}nodes-`, "-value-to").filter((field) => isKept(field, 2));
    for (const field of [...scenes, ...endings]) follow(field, choices);
    for (const choice of choices) offer(choice, scenes, endings);
    map(stage(count, "scene-map"), scenes, endings, choices);
  }
}

const named = (start) => fields(start, "-value-name").filter((field) => isKept(field));

const names = (found) => found.map((field) => field.value.trim()).filter(Boolean);

const sceneOf = (choice) => choice.name.replace(/-value-choices-\d+-value-to$/, "-value-name");

// Whoever renames a scene need not change the choices that lead to it.
function follow(field, choices) {
  const before = field.dataset.before;
  const now = field.value.trim();
  if (before && now && before !== now) {
    for (const choice of choices) if (choice.value === before) write(choice, now);
  }
  if (now) field.dataset.before = now;
}

function offer(choice, scenes, endings) {
  const list = choice.nextElementSibling?.matches("select.scenes") ? choice.nextElementSibling : addList(choice);
  const own = document.getElementsByName(sceneOf(choice))[0]?.value.trim();
  const others = names(scenes).filter((name) => name !== own);
  const known = [...others, ...names(endings)];
  redraw(list, JSON.stringify([choice.value, others, names(endings)]), () => {
    list.replaceChildren(new Option("–", ""), group("scenes", others), group("endings", names(endings)));
    if (choice.value && !known.includes(choice.value)) {
      list.append(new Option(`${choice.value} (${word("unknown")})`, choice.value));
    }
    list.value = choice.value;
  });
}

function addList(choice) {
  const list = make("select", { className: "scenes", id: choice.id });
  choice.removeAttribute("id");
  choice.hidden = true;
  list.addEventListener("change", () => write(choice, list.value));
  choice.after(list);
  return list;
}

const group = (label, found) =>
  make("optgroup", { label: word(label) }, ...found.map((name) => new Option(name, name)));

// The map begins with the first scene; a scene that stands above already is named and not told again.
function map(host, scenes, endings, choices) {
  const ways = new Map(names(scenes).map((name) => [name, []]));
  for (const choice of choices) {
    const from = document.getElementsByName(sceneOf(choice))[0]?.value.trim();
    const text = document.getElementsByName(choice.name.replace(/to$/, "text"))[0]?.value;
    ways.get(from)?.push({ text, to: choice.value });
  }
  const last = names(endings);
  redraw(host, JSON.stringify([[...ways], last]), () => {
    const first = names(scenes)[0];
    const told = new Set();
    host.replaceChildren(make("h4", { textContent: word("map") }));
    if (!first) return;
    host.append(make("ul", {}, tell(first, ways, told)));
    const left = [...ways.keys(), ...last].filter((name) => !told.has(name));
    if (left.length) host.append(make("p", { className: "lost", textContent: `${word("lost")} ${left.join(", ")}` }));
  });
}

function tell(name, ways, told) {
  const known = told.has(name);
  told.add(name);
  const line = make("li", {}, make("strong", { textContent: name || word("unknown") }));
  const steps = known ? [] : (ways.get(name) ?? []);
  if (!steps.length) return line;
  const inner = steps.map(({ text, to }) => {
    const next = tell(to, ways, told);
    next.prepend(`${text || "…"} → `);
    return next;
  });
  line.append(make("ul", {}, ...inner));
  return line;
}
