import { $, say, word } from "./page.js";

const SPOKEN_MINUTES = [10, 5, 1];

/** A number with its unit in the page's language, plural and all: "1 minute", "18 minuuttia". */
function measure(count, unit) {
  const language = document.documentElement.lang || undefined;
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** <span data-seconds-left="1080" data-left-at="/address/"> - a quiet timer, spoken only at 10, 5 and 1 minutes. Seconds are
 *  the server's: asked for when the reader comes back, the device has slept or time seems up, counted in between. */
export default function timer(clock) {
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
      if (seconds > minutes * 60) continue;
      unspoken.delete(minutes);
      say(text(minutes * 60));
    }
  }

  function set(seconds) {
    if (seconds === null) return;
    end = performance.now() + seconds * 1000;
    apart = drift();
    tick();
  }

  async function ask() {
    apart = drift();
    const reply = clock.dataset.leftAt && await fetch(clock.dataset.leftAt).catch(() => null);
    const told = reply?.ok && await reply.json().catch(() => null);
    if (told) set(told.left);
    if (!left()) $("form[data-timed]")?.requestSubmit();
  }

  function tick() {
    clearTimeout(next);
    const seconds = left();
    clock.textContent = text(seconds);
    speak(seconds);
    if (seconds) next = setTimeout(run, seconds > 120 ? 5000 : 1000);
  }

  function run() {
    tick();
    if (!left() || Math.abs(drift() - apart) > 2000) ask();
  }

  addEventListener("left", event => set(event.detail));
  for (const name of ["pageshow", "focus", "visibilitychange"]) {
    addEventListener(name, event => document.hidden || event.persisted === false || ask());
  }
  set(clock.dataset.secondsLeft);
}
