// The questions of a quiz: rows are moved and places pressed, answers saved or kept on this device, the time left told.
import { $, $$, OWN_ANSWER, reveal, say, storage, word } from "./page.js";

const SPOKEN_MINUTES = [10, 5, 1];
const RETRY_AFTER = 5000;
const PATIENCE = 10000;
const TYPED = "input:not([type=radio], [type=checkbox]), textarea";
const UNSENT = /^csrf|^writer|^timed|se(q|en)$/;
const ANSWERED = ":checked:not([name$=confidence]), textarea, [type=text]";
// This page load; crypto.randomUUID needs HTTPS.
const WRITER = crypto.getRandomValues(new Uint32Array(3)).join("-");
const unsaved = new Set();
const asking = new Set(); // keys of the kept answers that a question on this page sends itself
let going; // sends the form that could not be sent

function show(state, text = word(state)) {
  const light = $("[data-saved]");
  if (!light) return;
  if (!/^sav/.test(state) && light.dataset.state !== state) say(text);
  light.dataset.state = state;
  $("span", light).textContent = text;
}

/** Sends a message as it is kept on this device. */
function post({ address, fields, ...rest }, keepalive, stop = new AbortController()) {
  setTimeout(() => stop.abort(), PATIENCE);
  return fetch(address, {
    method: "POST",
    body: new URLSearchParams([...fields, ...Object.entries(rest)]),
    keepalive,
    redirect: "manual",
    headers: {
      "X-CSRFToken": $("[name=csrfmiddlewaretoken]")?.value ?? "",
      Accept: "application/json",
    },
    signal: stop.signal,
  });
}

/** What the server says of it: stored, or refused for good. */
function verdict(reply) {
  if (!reply.ok && reply.status !== 409 && reply.status !== 400) throw reply;
  return reply.json();
}

/** The form itself, or a part of it with a data-slot: fields q<slot>-… */
function question(form, asked) {
  const address = form.dataset.autosave;
  const slot = asked.dataset.slot ?? "";
  const key = OWN_ANSWER + address + slot;
  const message = () => ({ address, fields: fields(), seq, base, writer: WRITER, question: slot });
  const seen = $("input[name$=seen]", asked);
  let seq = Number(asked.dataset.seq || 0);
  let base = seq; // what a change is made on
  let made, pending, stuck, busy, closed, wait, flight;

  const know = mark => {
    if (seen) seen.value = `${base}.${mark}`;
  };
  const own = name => !UNSENT.test(name) && (!slot || name.startsWith(`q${slot}-`));
  const fields = () => [...new FormData(form)].filter(([name]) => own(name));

  function keep(sent) {
    asking.add(key);
    try {
      storage().setItem(key, JSON.stringify([message(), sent]));
    } catch { /* a full device cannot keep; the server still gets the answer */ }
  }

  function rest() {
    pending = stuck = false;
    unsaved.delete(send);
    reveal("offline", "", true);
    reveal("elsewhere", "", true);
  }

  function hold(name) {
    stuck = true;
    made = 0;
    show(name);
  }

  function later() {
    hold("waiting");
    wait = setTimeout(send, RETRY_AFTER);
  }

  function confirmed(number) {
    base = number;
    if (number < seq) {
      keep();
      return send();
    }
    rest();
    storage().removeItem(key);
    know("=");
    if (unsaved.size) return show("waiting");
    show("saved");
    going?.();
  }

  function refused(reason) {
    rest();
    going = null;
    show("closed", reason);
  }

  /** A change made just now is newer than what stands; for one that had to wait the reader chooses. */
  function overtaken(reply) {
    const late = Date.now() - made > PATIENCE;
    const helps = reply.seq > base;
    base = reply.seq;
    seq = Math.max(seq, base);
    if (helps && (reply.mine || !late)) {
      if (!reply.mine) reveal("replaced", reply.stands);
      return change(0);
    }
    refused(reply.reason);
    reveal("replaced", "", true);
    reveal("elsewhere", reply.stands);
  }

  function signedOut() {
    hold("signed-out");
    reveal("signed-out");
    reveal("offline", "", true);
  }

  function dispatch(keepalive) {
    flight = new AbortController();
    return post(message(), keepalive, flight);
  }

  async function consequence(number, reply) {
    if (reply.type === "opaqueredirect" || reply.status === 401 || reply.status === 403) return signedOut;
    const told = await verdict(reply);
    dispatchEvent(new CustomEvent("left", { detail: told.left }));
    if (reply.ok) return () => confirmed(number);
    if ("stands" in told) return () => overtaken(told);
    closed = reply.status === 409;
    if (closed) reveal("closed", told.reason);
    return () => refused(told.reason);
  }

  async function send() {
    clearTimeout(wait);
    if (closed || busy || !pending) return;
    busy = true;
    const number = seq;
    show("saving");
    const slow = setTimeout(say, 2000, word("saving"));
    const next = await dispatch().then(reply => consequence(number, reply)).catch(() => later);
    clearTimeout(slow);
    busy = false;
    next();
  }

  function change(delay) {
    if (closed) return;
    seq += 1;
    made = Date.now();
    pending = true;
    know("*");
    unsaved.add(send);
    keep();
    clearTimeout(wait);
    wait = setTimeout(send, delay);
  }

  function putBack(control, kept) {
    if (!own(control.name) || /hidden|submit/.test(control.type)) return;
    const values = kept.fields.flatMap(([name, value]) => name === control.name ? value : []);
    if (/radio|box/.test(control.type)) control.checked = values.includes(control.value);
    else if (values.length) control.value = values[0];
  }

  function restore() {
    const [kept, sent] = JSON.parse(storage().getItem(key) ?? "[]");
    if (!kept || (sent && kept.seq <= seq)) return; // sendKept asks whether it is the stored one
    if (`${kept.fields}` === `${fields()}`) return storage().removeItem(key);
    for (const control of form.elements) putBack(control, kept);
    form.dispatchEvent(new Event("restored"));
    seq = kept.seq - 1;
    base = kept.base;
    change(0);
    made = 0;
  }

  asked.addEventListener("input", event => change(event.target.matches(TYPED) ? 700 : 300));
  asked.addEventListener("change", event => {
    if (event.target.matches("[data-order], [data-asked], form")) change(300);
  });
  addEventListener("online", send);
  addEventListener("visibilitychange", () => {
    if (!document.hidden) send();
    else if (pending) dispatch(true).catch(() => {});
  });
  $("[data-when-elsewhere] a")?.addEventListener("click", () => pending || storage().removeItem(key));
  restore();
  return {
    send,
    stuck: () => stuck,
    leave(timed) {
      const late = timed && Date.now() - made > PATIENCE;
      clearTimeout(wait);
      flight?.abort();
      seq += 1;
      if (seen) seen.value = seen.value.replace(/[*-]$/, late ? "-" : "*");
      if (!late && storage().getItem(key)) keep(true);
      return seq;
    },
  };
}

/** <form data-autosave="/address/"> - sends each change, as docs/decisions/0021-saves-carry-their-writer.md says. */
export function autosave(form) {
  const several = $$("[data-slot]", form);
  const asked = (several.length ? several : [form]).map(one => question(form, one));
  const bar = $("[data-answered]");
  const count = () => several.filter(one => $$(ANSWERED, one).some(control => control.value)).length;
  const others = bar?.dataset.answered - count(); // answered without a control
  const tell = () => {
    if (bar) bar.textContent = word("answered", bar).replace("%s", count() + others);
  };
  let number = 0;
  let timed;
  for (const name of ["input", "change"]) form.addEventListener(name, tell);
  form.addEventListener("formdata", event => {
    event.formData.set("writer", WRITER);
    event.formData.set("seq", number);
    if (timed) event.formData.set("timed", 1);
  });
  form.addEventListener("submit", event => {
    timed = !event.submitter; // nobody has pressed
    if (navigator.onLine && !asked.some(one => one.stuck())) {
      number = Math.max(...asked.map(one => one.leave(timed)));
      return;
    }
    stay(event);
    for (const one of asked) one.send();
  });
  addEventListener("online", () => unsaved.size || going?.());
}

/** Later this goes on by itself. */
function stay(event) {
  if (event) {
    event.preventDefault();
    going = () => event.target.requestSubmit(event.submitter);
  }
  show("waiting", word("offline"));
  reveal("offline");
}

/** The keys of answers of this try that wait on this device for no question of this page. */
function waiting() {
  const whose = `${OWN_ANSWER}/quiz/${$("[data-open]")?.dataset.attempt}/`;
  return Object.keys(storage()).filter(key => key.startsWith(whose) && !asking.has(key));
}

/** Sends the answers that wait: which are news, and whether some did not arrive. What is refused stays for its page. */
async function deliver() {
  const stored = [];
  let failed;
  await Promise.all(waiting().map(async key => {
    const text = storage().getItem(key);
    const [kept] = JSON.parse(text);
    try {
      const reply = await post(kept);
      const { mine } = await verdict(reply);
      if (storage().getItem(key) !== text) return;
      if (reply.ok || mine) {
        storage().removeItem(key);
        mine || stored.push(key); // else it was there before
      } else storage().setItem(key, JSON.stringify([kept]));
    } catch {
      failed = true;
    }
  }));
  return [stored, failed];
}

/** <div data-open data-attempt="…"> - sends what is kept of this try. Its page with a <form data-hand-in> says what came of
 *  it and hands in only then: the address holds what has been told. */
export function sendKept(page) {
  const form = $("form[data-hand-in]", page);
  const places = keys => keys.map(key => key.split("/")[3]).join();
  const left = () => places(waiting());
  let told = new URLSearchParams(location.search).get("left") ?? "";

  async function run(event) {
    const [stored, failed] = await deliver();
    if (!form) return;
    if (failed) {
      reveal("unsent");
      if (event?.type === "submit") told = left();
    } else if (stored.length || left() !== told) location.replace(`?sent=${places(stored)}&left=${left()}`);
    else going?.();
  }

  form?.addEventListener("submit", event => {
    if (!navigator.onLine) stay(event);
    else if (left() !== told) {
      event.preventDefault();
      run(event);
    }
  });
  addEventListener("online", run);
  run();
}

/** A number with its unit in the page's language, plural and all: "18 minuuttia". */
function measure(count, unit) {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** <span data-seconds-left="1080" data-left-at="/address/"> - a quiet timer, spoken only at 10, 5 and 1 minutes. Seconds are
 *  the server's: asked for when the reader is back, the device has slept or time seems up, counted in between. */
export function timer(clock) {
  let end, apart, next;
  const left = () => Math.max(0, Math.round((end - performance.now()) / 1000));
  const drift = () => Date.now() - performance.now();
  const unspoken = new Set(SPOKEN_MINUTES.filter(minutes => clock.dataset.secondsLeft >= minutes * 60 - 30));

  function text(seconds) {
    const length = seconds > 60 ? measure(Math.ceil(seconds / 60), "minute") : measure(seconds, "second");
    return word("left", clock).replace("%s", length);
  }

  function speak(seconds) {
    for (const minutes of unspoken) {
      if (seconds <= minutes * 60 && unspoken.delete(minutes)) say(text(minutes * 60));
    }
  }

  function set(seconds) {
    if (seconds == null) return;
    end = performance.now() + seconds * 1000;
    apart = drift();
    tick();
  }

  function hear({ detail }) {
    set(detail);
    left() || setTimeout(ask);
  }

  async function ask() {
    apart = drift();
    const at = clock.dataset.leftAt;
    const told = !at || await fetch(at, { redirect: "manual" })
      .then(reply => reply.type === "opaqueredirect" || reply.ok && reply.json()).catch(() => {});
    set(told?.left);
    if (left()) return;
    if (!told) {
      next = setTimeout(ask, RETRY_AFTER);
      return stay();
    }
    await deliver();
    const form = $("form[data-timed]");
    form ? form.requestSubmit() : location.replace("");
  }

  function tick() {
    clearTimeout(next);
    const seconds = left();
    clock.textContent = text(seconds);
    speak(seconds);
    if (seconds) next = setTimeout(run, 1000);
  }

  function run() {
    tick();
    if (!left() || Math.abs(drift() - apart) > 2000) ask();
  }

  addEventListener("left", hear);
  for (const name of ["online", "pageshow", "focus", "visibilitychange"]) {
    addEventListener(name, event => document.hidden || event.persisted === false || ask());
  }
  hear({ detail: clock.dataset.secondsLeft });
}

/** <ol data-order> - Up and Down buttons and dragging. The <select> in each row stays the value that is sent;
 *  its first option is blank, so a list nobody has touched counts as unanswered. */
export function reorder(list) {
  const rows = () => [...list.children];
  const select = row => $("select", row);
  const changed = () => list.dispatchEvent(new Event("change", { bubbles: true }));
  let held = null;

  function tell(row) {
    const position = word("position")
      .replace("%(text)s", $(".text", row).textContent.trim())
      .replace("%(at)s", rows().indexOf(row) + 1)
      .replace("%(of)s", rows().length);
    say(position);
  }

  function number(moved) {
    rows().forEach((row, at) => {
      select(row).value = String(at + 1);
    });
    tell(moved);
  }

  function press(button) {
    const row = button.closest("li");
    const up = "up" in button.dataset;
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    // An untouched list takes its numbers at the first press, even where the row cannot move further.
    if (!other && select(row).value) return say(word(up ? "top" : "bottom"));
    other?.[up ? "before" : "after"](row);
    number(row);
    button.focus();
    changed();
  }

  list.addEventListener("click", event => {
    const button = event.target.closest("[data-up], [data-down]");
    if (button) press(button);
  });

  list.addEventListener("change", event => {
    const row = event.target.closest("li");
    if (!row || !select(row).value) return;
    const others = rows().filter(other => other !== row);
    others.splice(Number(select(row).value) - 1, 0, row);
    list.append(...others);
    number(row);
    select(row).focus();
    changed();
  });

  list.addEventListener("dragstart", event => {
    held = event.target.closest("li");
    held.toggleAttribute("data-held");
    event.dataTransfer.effectAllowed = "move";
  });
  list.addEventListener("dragover", event => {
    const over = event.target.closest("li");
    if (!held) return;
    event.preventDefault();
    if (!over || over === held) return;
    const { top, height } = over.getBoundingClientRect();
    over[event.clientY > top + height / 2 ? "after" : "before"](held);
  });
  list.addEventListener("dragend", () => {
    if (!held) return;
    held.toggleAttribute("data-held");
    number(held);
    held = null;
    changed();
  });

  // After a kept answer came back into the selects, the rows follow the numbers.
  list.closest("form")?.addEventListener("restored", () => {
    if (!rows().every(row => select(row).value)) return;
    list.append(...rows().sort((one, other) => select(one).value - select(other).value));
  });

  for (const row of rows()) row.draggable = true;
}

/** <div data-hotspot> - pressing a place on the picture ticks its box below, which is what is sent. */
export function hotspot(group) {
  function show() {
    for (const box of $$("input", group)) $(`[data-region="${box.value}"]`, group)?.toggleAttribute("data-on", box.checked);
  }

  group.addEventListener("click", event => {
    const place = event.target.closest("[data-region]");
    $(`input[value="${place?.dataset.region}"]`, group)?.click();
  });
  for (const happening of ["change", "restored"]) group.closest("form")?.addEventListener(happening, show);
  show();
}
