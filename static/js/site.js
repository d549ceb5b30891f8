// Small behaviours by data- attributes. Progressive: every page does its whole job without this file.
// Words that people read come from the page (data-word-* on #live, or on the element itself), so they are translated.
const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];

/** Says one short text through #live; the frame between lets a repeated text be spoken again. */
function say(text) {
  const region = $("#live");
  if (!region || !text) return;
  region.textContent = "";
  requestAnimationFrame(() => { region.textContent = text; });
}

/** The page's word for something: data-word-<name> on the element, else on #live. */
function word(name, element) {
  return element?.getAttribute(`data-word-${name}`) ?? $("#live")?.getAttribute(`data-word-${name}`) ?? "";
}

/** A number with its unit in the page's language, plural and all: "1 minute", "18 minuuttia". */
function measure(count, unit) {
  return new Intl.NumberFormat(document.documentElement.lang || undefined, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

const PREFIX = "kept-answer:";
const RETRY_AFTER = 5000;
const PATIENCE = 10000;

/** Removes every answer kept on this device; called on sign-out, because devices are shared. */
function forgetKeptAnswers() {
  for (const key of Object.keys(storage())) if (key.startsWith(PREFIX)) storage().removeItem(key);
}

/** The device's storage, or a forgetful stand-in where the browser forbids it. */
function storage() {
  try {
    return localStorage;
  } catch {
    return { getItem: () => null, setItem() {}, removeItem() {} };
  }
}

/** <form data-autosave="/address/" data-seq="3"> - sends each change with a growing number `seq`.
 *
 *  Each change is first kept on this device and removed once the server has confirmed that very number. While the
 *  network is away it is sent again every 5 s and when the device comes back online. A kept answer is put back and
 *  sent when the same form is opened again, unless the server holds the same number or a later one: then it is old.
 *  409 means the attempt is closed: say why and stop. A redirect, 401 or 403 means signed out: keep, say so, and try
 *  again when the reader comes back to this page. */
function autosave(form) {
  const address = form.dataset.autosave;
  const key = PREFIX + address;
  const light = $("[data-saved]");
  let seq = Number(form.dataset.seq || 0);
  let pending = false; // something on this device that the server has not confirmed
  let busy = false;
  let closed = false;
  let wait = 0;

  const show = (state, text, aloud = false) => {
    if (aloud && light?.dataset.state !== state) say(text);
    if (!light) return;
    light.dataset.state = state;
    ($("span", light) ?? light).textContent = text;
  };
  const reveal = (name, text) => $$(`[data-when-${name}]`).forEach(notice => {
    notice.hidden = false;
    const place = $("[data-reason]", notice);
    if (place && text) place.textContent = text;
  });
  const fields = () => [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !["csrfmiddlewaretoken", "seq"].includes(name));
  const keep = () => {
    try {
      storage().setItem(key, JSON.stringify({ seq, fields: fields() }));
    } catch { /* a full device cannot keep; the server still gets the answer */ }
  };
  const later = () => { clearTimeout(wait); if (!closed) wait = setTimeout(send, RETRY_AFTER); };

  const confirmed = (number, reply) => {
    if (reply.seq > seq) { // another tab has written since: the newest deed wins, so say it again with a later number
      seq = reply.seq;
      if (reply.seq > number && pending) return change(0);
    }
    if (number < seq) return send();
    pending = false;
    storage().removeItem(key);
    show("saved", word("saved", form));
  };
  const refused = async reply => {
    closed = true;
    pending = false;
    storage().removeItem(key);
    const reason = (await reply.json().catch(() => ({}))).reason ?? word("closed", form);
    show("closed", reason, true);
    reveal("closed", reason);
  };
  const signedOut = () => { show("out", word("signed-out", form), true); reveal("signed-out"); };

  const post = flush => fetch(address, {
    method: "POST",
    body: new FormData(form),
    keepalive: flush,
    redirect: "manual",
    headers: { "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "", "X-Requested-With": "fetch", Accept: "application/json" },
    signal: flush ? undefined : AbortSignal.timeout(PATIENCE),
  });

  async function send() {
    clearTimeout(wait);
    if (closed || busy || !pending) return;
    busy = true;
    const number = seq;
    show("saving", word("saving", form));
    let next = () => {};
    try {
      const reply = await post(false);
      if (reply.status === 409) next = () => refused(reply);
      else if (reply.type === "opaqueredirect" || reply.status === 401 || reply.status === 403) next = signedOut;
      else if (!reply.ok) throw new Error(reply.status);
      else { const answer = await reply.json(); next = () => confirmed(number, answer); }
    } catch {
      next = () => { show("waiting", word("waiting", form), true); later(); };
    }
    busy = false;
    next();
  }

  function change(delay) {
    if (closed) return;
    seq += 1;
    pending = true;
    keep();
    clearTimeout(wait);
    wait = setTimeout(send, delay);
  }

  function restore() {
    const kept = JSON.parse(storage().getItem(key) ?? "null");
    if (!kept) return;
    if (kept.seq <= seq) return storage().removeItem(key);
    for (const control of form.elements) {
      if (!control.name || control.type === "hidden" || control.type === "submit") continue;
      const values = kept.fields.filter(([name]) => name === control.name).map(([, value]) => value);
      if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
      else if (values.length) control.value = values[0];
    }
    form.dispatchEvent(new Event("restored"));
    seq = kept.seq;
    pending = true;
    send();
  }

  form.addEventListener("formdata", event => event.formData.set("seq", String(seq)));
  form.addEventListener("input", event => change(event.target.matches("input:not([type=radio], [type=checkbox]), textarea") ? 700 : 300));
  form.addEventListener("change", event => { if (event.target.matches("[data-order], form")) change(300); });
  form.addEventListener("submit", event => {
    if (!navigator.onLine) { event.preventDefault(); show("waiting", word("offline", form), true); return; }
    clearTimeout(wait);
    seq += 1; // the whole form goes now: it is newer than any save on its way
    if (pending) keep();
  });
  addEventListener("online", () => pending && send());
  document.addEventListener("visibilitychange", () => {
    if (!pending || closed) return;
    if (document.visibilityState === "hidden") post(true).catch(() => {});
    else send();
  });
  restore();
}

/** <ol data-order> - Up and Down buttons and dragging. The <select> in each row stays the value that is sent;
 *  its first option is blank, and a list nobody has touched stays blank and so counts as unanswered. */
function order(list) {
  const rows = () => [...list.children];
  const select = row => $("select", row);
  const tell = row => say(word("position").replace("%(text)s", $(".text", row).textContent.trim()).replace("%(at)s", rows().indexOf(row) + 1).replace("%(of)s", rows().length));
  const mark = () => rows().forEach((row, at, all) => {
    $("[data-up]", row)?.toggleAttribute("data-edge", at === 0);
    $("[data-down]", row)?.toggleAttribute("data-edge", at === all.length - 1);
  });
  const number = moved => {
    rows().forEach((row, at) => { select(row).value = String(at + 1); });
    mark();
    tell(moved);
  };
  const changed = () => list.dispatchEvent(new Event("change", { bubbles: true }));

  list.addEventListener("click", event => {
    const button = event.target.closest("[data-up], [data-down]");
    if (!button) return;
    const row = button.closest("li");
    const up = "up" in button.dataset;
    const other = up ? row.previousElementSibling : row.nextElementSibling;
    // An untouched list takes its numbers at the first press, even where the row cannot move further.
    if (!other && select(row).value) return say(word(up ? "top" : "bottom"));
    if (other) up ? other.before(row) : other.after(row);
    number(row);
    button.focus();
    changed();
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

  let held = null;
  rows().forEach(row => { row.draggable = true; });
  list.addEventListener("dragstart", event => { held = event.target.closest("li"); held.toggleAttribute("data-held", true); event.dataTransfer.effectAllowed = "move"; });
  list.addEventListener("dragover", event => {
    const over = event.target.closest("li");
    if (!held) return;
    event.preventDefault();
    if (!over || over === held) return;
    const { top, height } = over.getBoundingClientRect();
    event.clientY > top + height / 2 ? over.after(held) : over.before(held);
  });
  list.addEventListener("dragend", () => { if (!held) return; held.removeAttribute("data-held"); number(held); held = null; changed(); });

  // After a kept answer came back into the selects, the rows follow the numbers.
  list.closest("form")?.addEventListener("restored", () => {
    if (!rows().every(row => select(row).value)) return;
    list.append(...rows().sort((one, other) => select(one).value - select(other).value));
    mark();
  });
  mark();
}

/** <div data-hotspot> - pressing a place on the picture ticks its box in the list below; the box stays what is sent. */
function hotspot(group) {
  const boxes = $$("input[type=checkbox]", group);
  const show = () => boxes.forEach(box => $(`[data-region="${box.value}"]`, group)?.toggleAttribute("data-on", box.checked));
  group.addEventListener("click", event => {
    const place = event.target.closest("[data-region]");
    boxes.find(box => box.value === place?.dataset.region)?.click();
  });
  for (const happening of ["change", "restored"]) group.closest("form")?.addEventListener(happening, show);
  show();
}

/** <span data-seconds-left="1080"> - a quiet timer. Seconds come from the server and are counted on the
 *  monotonic clock, so a wrong or changed wall clock does not matter; spoken only at 10, 5 and 1 minutes. */
function timer(clock) {
  const end = performance.now() + Number(clock.dataset.secondsLeft) * 1000;
  const unspoken = new Set([10, 5, 1]);
  const left = () => Math.max(0, Math.round((end - performance.now()) / 1000));
  const text = seconds => word("left", clock).replace("%s", seconds > 60 ? measure(Math.ceil(seconds / 60), "minute") : measure(seconds, "second"));
  unspoken.forEach(mark => left() < mark * 60 - 30 && unspoken.delete(mark));
  const tick = () => {
    const seconds = left();
    clock.textContent = text(seconds);
    for (const mark of unspoken) {
      if (seconds <= mark * 60) { unspoken.delete(mark); say(text(mark * 60)); }
    }
    if (seconds) setTimeout(tick, seconds > 120 ? 5000 : 1000);
    else $("form[data-timed]")?.requestSubmit();
  };
  tick();
}

/** <form method="get" data-live="#results"> - swaps a region instead of the page; the address stays shareable. */
function live(form) {
  let wait, busy;
  const go = async push => {
    clearTimeout(wait);
    busy?.abort();
    busy = new AbortController();
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    const address = `${form.getAttribute("action") || location.pathname}?${query}`;
    const region = $(form.dataset.live);
    region.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(address, { signal: busy.signal, headers: { "X-Requested-With": "fetch" } });
      if (!reply.ok) throw new Error(reply.status);
      const fresh = $(form.dataset.live, new DOMParser().parseFromString(await reply.text(), "text/html"));
      region.replaceChildren(...fresh.childNodes);
      history[push ? "pushState" : "replaceState"](null, "", address);
      say($("[data-count]", region)?.textContent.trim() || word("updated"));
      region.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name !== "AbortError") location.assign(address);
    }
  };
  form.addEventListener("input", event => { clearTimeout(wait); wait = setTimeout(go, event.target.matches("select, [type=checkbox], [type=radio]") ? 0 : 300, false); });
  form.addEventListener("submit", event => { if (event.submitter?.hasAttribute("formaction")) return; event.preventDefault(); go(true); });
  addEventListener("popstate", () => location.reload());
}

/** <div data-poll="/address/"> - asks for the state of a background job every 2 s and shows the answer in place. */
function poll(job) {
  const ask = async () => {
    const reply = await fetch(job.dataset.poll).catch(() => null);
    if (!reply) return void setTimeout(ask, 5000);
    if (!reply.ok) return;
    const next = new DOMParser().parseFromString(await reply.text(), "text/html").body.firstElementChild;
    if (!next) return;
    job.replaceChildren(...next.childNodes);
    if ("poll" in next.dataset) setTimeout(ask, 2000);
    else say(job.textContent.trim());
  };
  setTimeout(ask, 2000);
}

async function copy(button) {
  await navigator.clipboard.writeText(button.dataset.copy);
  const label = $("span", button);
  if (label) label.textContent = word("copied", button);
  say(word("copied", button));
}

function clearAnswer(button) {
  const form = button.form ?? button.closest("form");
  const asked = button.closest("[data-asked]") ?? form; // one question of several in the form
  for (const choice of $$(":checked:is([type=radio], [type=checkbox])", asked)) choice.checked = false;
  form.dispatchEvent(new Event("change", { bubbles: true }));
}

document.addEventListener("click", event => {
  const at = name => event.target.closest(`[data-${name}]`);
  if (at("copy")) copy(at("copy"));
  if (at("print")) print();
  if (at("clear")) { event.preventDefault(); clearAnswer(at("clear")); }
  for (const menu of $$("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", event => {
  const menu = event.key === "Escape" && event.target.closest("details.menu[open]");
  if (menu) { menu.open = false; $("summary", menu).focus(); }
});
document.addEventListener("change", event => {
  const all = event.target.closest("[data-check-all]");
  if (all) for (const box of $$(`[name="${all.dataset.checkAll}"]`)) box.checked = all.checked;
});
document.addEventListener("submit", event => { if ("signout" in event.target.dataset) forgetKeptAnswers(); });

// Order lists first: a kept answer is put back into their selects before it is sent.
$$("[data-order]").forEach(order);
$$("[data-hotspot]").forEach(hotspot);
$$("form[data-autosave]").forEach(autosave);
$$("[data-seconds-left]").forEach(timer);
$$("form[data-live]").forEach(live);
$$("[data-poll]").forEach(poll);
$("[data-error-summary]")?.focus();
