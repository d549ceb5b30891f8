import { $, $$, KEPT_ANSWER, say, storage, word } from "./page.js";

const RETRY_AFTER = 5000;
const PATIENCE = 10000;
const TYPED = "input:not([type=radio], [type=checkbox]), textarea";
const UNSENT = ["csrfmiddlewaretoken", "seq"];

/** <form data-autosave="/address/" data-seq="3"> - sends each change with a growing number `seq`.
 *
 *  Each change is first kept on this device and removed once the server has confirmed that very number. While the
 *  network is away it is sent again every 5 s and when the device comes back online. A kept answer is put back and
 *  sent when the same form is opened again, unless the server holds the same number or a later one: then it is old.
 *  409 means the attempt is closed: say why and stop. A redirect, 401 or 403 means signed out: keep, say so, and try
 *  again when the reader comes back to this page. */
export default function autosave(form) {
  const address = form.dataset.autosave;
  const key = KEPT_ANSWER + address;
  const light = $("[data-saved]");
  let seq = Number(form.dataset.seq || 0);
  let pending = false; // something on this device that the server has not confirmed
  let busy = false;
  let closed = false;
  let wait = 0;

  function show(state, text, aloud = false) {
    if (aloud && light?.dataset.state !== state) say(text);
    if (!light) return;
    light.dataset.state = state;
    ($("span", light) ?? light).textContent = text;
  }

  function reveal(name, text) {
    for (const notice of $$(`[data-when-${name}]`)) {
      notice.hidden = false;
      const place = $("[data-reason]", notice);
      if (place && text) place.textContent = text;
    }
  }

  function fields() {
    return [...new FormData(form)].filter(([name, value]) => typeof value === "string" && !UNSENT.includes(name));
  }

  function keep() {
    try {
      storage().setItem(key, JSON.stringify({ seq, fields: fields() }));
    } catch { /* a full device cannot keep; the server still gets the answer */ }
  }

  function later() {
    clearTimeout(wait);
    if (!closed) wait = setTimeout(send, RETRY_AFTER);
  }

  function confirmed(number, reply) {
    if (reply.seq > seq) { // another tab has written since: the newest deed wins, so say it again with a later number
      seq = reply.seq;
      if (reply.seq > number && pending) return change(0);
    }
    if (number < seq) return send();
    pending = false;
    storage().removeItem(key);
    show("saved", word("saved", form));
  }

  async function refused(reply) {
    closed = true;
    pending = false;
    storage().removeItem(key);
    const reason = (await reply.json().catch(() => ({}))).reason ?? word("closed", form);
    show("closed", reason, true);
    reveal("closed", reason);
  }

  function signedOut() {
    show("out", word("signed-out", form), true);
    reveal("signed-out");
  }

  function post(flush) {
    return fetch(address, {
      method: "POST",
      body: new FormData(form),
      keepalive: flush,
      redirect: "manual",
      headers: {
        "X-CSRFToken": form.elements.csrfmiddlewaretoken?.value ?? "",
        "X-Requested-With": "fetch",
        Accept: "application/json",
      },
      signal: flush ? undefined : AbortSignal.timeout(PATIENCE),
    });
  }

  /** What to do about a reply, once the form may send again. */
  async function consequence(number, reply) {
    if (reply.status === 409) return () => refused(reply);
    if (reply.type === "opaqueredirect" || reply.status === 401 || reply.status === 403) return signedOut;
    if (!reply.ok) throw new Error(reply.status);
    const answer = await reply.json();
    return () => confirmed(number, answer);
  }

  async function send() {
    clearTimeout(wait);
    if (closed || busy || !pending) return;
    busy = true;
    const number = seq;
    show("saving", word("saving", form));
    let next;
    try {
      next = await consequence(number, await post(false));
    } catch {
      next = () => {
        show("waiting", word("waiting", form), true);
        later();
      };
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

  function putBack(control, kept) {
    if (!control.name || control.type === "hidden" || control.type === "submit") return;
    const values = kept.fields.filter(([name]) => name === control.name).map(([, value]) => value);
    if (control.type === "radio" || control.type === "checkbox") control.checked = values.includes(control.value);
    else if (values.length) control.value = values[0];
  }

  function restore() {
    const kept = JSON.parse(storage().getItem(key) ?? "null");
    if (!kept) return;
    if (kept.seq <= seq) return storage().removeItem(key);
    for (const control of form.elements) putBack(control, kept);
    form.dispatchEvent(new Event("restored"));
    seq = kept.seq;
    pending = true;
    send();
  }

  form.addEventListener("formdata", event => event.formData.set("seq", String(seq)));
  form.addEventListener("input", event => change(event.target.matches(TYPED) ? 700 : 300));
  form.addEventListener("change", event => {
    if (event.target.matches("[data-order], form")) change(300);
  });
  form.addEventListener("submit", event => {
    if (!navigator.onLine) {
      event.preventDefault();
      show("waiting", word("offline", form), true);
      return;
    }
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
