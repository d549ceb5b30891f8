import { $, $$, OWN_ANSWER, say, storage, word } from "./page.js";

const RETRY_AFTER = 5000;
const PATIENCE = 10000;
const TYPED = "input:not([type=radio], [type=checkbox]), textarea";
const UNSENT = /^csrf|^writer|se(q|en)$/;
const ANSWERED = ":checked:not([name$=confidence]), textarea, [type=text]";
// This page load; crypto.randomUUID needs HTTPS.
const WRITER = crypto.getRandomValues(new Uint32Array(3)).join("-");
const unsaved = new Set();
let going; // pressed while an answer could not be sent

function show(state, text = word(state)) {
  const light = $("[data-saved]");
  if (!light) return;
  if (!/^sav/.test(state) && light.dataset.state !== state) say(text);
  light.dataset.state = state;
  $("span", light).textContent = text;
}

function reveal(name, text, hidden = false) {
  const notice = $(`[data-when-${name}]`);
  if (!notice) return;
  notice.hidden = hidden;
  const place = $("[data-reason]", notice);
  if (place) place.textContent = text;
}

/** The form itself, or a part of it with a data-slot: fields q<slot>-… */
function question(form, asked) {
  const address = form.dataset.autosave;
  const slot = asked.dataset.slot ?? "";
  const key = OWN_ANSWER + address + slot;
  const seen = $("input[name$=seen]", asked);
  let seq = Number(asked.dataset.seq || 0);
  let base = seq; // of the stored answer that a change is made on
  let made, pending, stuck, busy, closed, wait, flight;

  const own = name => !UNSENT.test(name) && (!slot || name.startsWith(`q${slot}-`));
  const fields = () => [...new FormData(form)].filter(([name]) => own(name));

  function keep(sent = false) {
    try {
      storage().setItem(key, JSON.stringify({ seq, base, sent, fields: fields() }));
    } catch { /* a full device cannot keep; the server still gets the answer */ }
  }

  function done() {
    pending = stuck = false;
    unsaved.delete(send);
    storage().removeItem(key);
    reveal("offline", "", true);
  }

  function hold(state, name) {
    stuck = true;
    made = 0;
    show(state, word(name));
  }

  function later() {
    hold("waiting", "waiting");
    wait = setTimeout(send, RETRY_AFTER);
  }

  function confirmed(number) {
    base = number;
    if (number < seq) {
      keep();
      return send();
    }
    done();
    if (seen) seen.value = `${seq}.=`;
    if (unsaved.size) return show("waiting");
    show("saved");
    if (going) form.requestSubmit(going);
  }

  function refused(reason = word("closed")) {
    done();
    going = null;
    show("closed", reason);
  }

  /** A change made just now is newer than what stands; for one that had to wait the reader chooses. */
  function overtaken(reply) {
    const waited = Date.now() - made > PATIENCE;
    const helps = reply.seq > base;
    base = reply.seq;
    seq = Math.max(seq, base);
    if (helps && (reply.mine || !waited)) return change(0);
    refused(reply.reason);
    reveal("elsewhere", reply.stands);
  }

  function signedOut() {
    hold("out", "signed-out");
    reveal("signed-out");
  }

  function post(flush) {
    const stop = flight = new AbortController();
    setTimeout(() => stop.abort(), PATIENCE);
    const body = new URLSearchParams([...fields(), ["seq", seq], ["base", base], ["writer", WRITER], ["question", slot]]);
    return fetch(address, {
      method: "POST",
      body,
      keepalive: flush,
      redirect: "manual",
      headers: {
        "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "",
        Accept: "application/json",
      },
      signal: stop.signal,
    });
  }

  async function consequence(number, reply) {
    if (reply.type === "opaqueredirect" || reply.status === 401 || reply.status === 403) return signedOut;
    if (!reply.ok && reply.status !== 409 && reply.status !== 400) throw new Error(reply.status);
    const told = await reply.json();
    dispatchEvent(new CustomEvent("left", { detail: told.left }));
    if (reply.ok) return () => confirmed(number);
    if ("stands" in told) return () => overtaken(told);
    return () => {
      refused(told.reason);
      closed = reply.status === 409;
      if (closed) reveal("closed", told.reason);
    };
  }

  async function send() {
    clearTimeout(wait);
    if (closed || busy || !pending) return;
    busy = true;
    const number = seq;
    show("saving");
    const next = await post(false).then(reply => consequence(number, reply)).catch(() => later);
    busy = false;
    next();
  }

  function change(delay) {
    if (closed) return;
    seq += 1;
    made = Date.now();
    pending = true;
    if (seen) seen.value = "";
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
    const kept = JSON.parse(storage().getItem(key) ?? "null");
    if (!kept) return;
    const known = kept.sent !== false && kept.seq <= seq;
    if (known || `${kept.fields}` === `${fields()}`) return storage().removeItem(key);
    for (const control of form.elements) putBack(control, kept);
    form.dispatchEvent(new Event("restored"));
    seq = kept.seq - 1;
    base = kept.base ?? base;
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
    else if (pending) post(true).catch(() => {});
  });
  restore();
  return {
    send,
    stuck: () => stuck,
    leave() {
      clearTimeout(wait);
      flight?.abort();
      seq += 1;
      if (pending) keep(true);
      return seq;
    },
  };
}

/** <form data-autosave="/address/"> - sends each change, as docs/decisions/0021-saves-carry-their-writer.md says. */
export default function autosave(form) {
  const several = $$("[data-slot]", form);
  const asked = (several.length ? several : [form]).map(one => question(form, one));
  const bar = $("[data-answered]");
  const count = () => several.filter(one => $$(ANSWERED, one).some(control => control.value)).length;
  const others = bar?.dataset.answered - count(); // answered without a control
  const tell = () => {
    if (bar) bar.textContent = word("answered", bar).replace("%s", count() + others);
  };
  let number = 0;
  for (const name of ["input", "change"]) form.addEventListener(name, tell);
  form.addEventListener("formdata", event => {
    event.formData.set("writer", WRITER);
    event.formData.set("seq", number);
  });
  form.addEventListener("submit", event => {
    if (navigator.onLine && !asked.some(one => one.stuck())) {
      number = Math.max(...asked.map(one => one.leave()));
      return;
    }
    event.preventDefault();
    going = event.submitter;
    for (const one of asked) one.send();
    show("waiting", word("offline"));
    reveal("offline");
  });
  addEventListener("online", () => {
    if (going && !unsaved.size) form.requestSubmit(going);
  });
}
