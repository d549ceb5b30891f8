import { $, say, word } from "./page.js";

const SPOKEN_MINUTES = [10, 5, 1];

/** A number with its unit in the page's language, plural and all: "1 minute", "18 minuuttia". */
function measure(count, unit) {
  const language = document.documentElement.lang || undefined;
  return new Intl.NumberFormat(language, { style: "unit", unit, unitDisplay: "long" }).format(count);
}

/** <span data-seconds-left="1080"> - a quiet timer. Seconds come from the server and are counted on the
 *  monotonic clock, so a wrong or changed wall clock does not matter; spoken only at 10, 5 and 1 minutes. */
export default function timer(clock) {
  const end = performance.now() + Number(clock.dataset.secondsLeft) * 1000;
  const left = () => Math.max(0, Math.round((end - performance.now()) / 1000));
  const unspoken = new Set(SPOKEN_MINUTES.filter(minutes => left() >= minutes * 60 - 30));

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

  function tick() {
    const seconds = left();
    clock.textContent = text(seconds);
    speak(seconds);
    if (seconds) setTimeout(tick, seconds > 120 ? 5000 : 1000);
    else $("form[data-timed]")?.requestSubmit();
  }

  tick();
}
