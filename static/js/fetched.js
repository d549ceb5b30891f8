// What is fetched while the page stays, and put in place.
import { $, say, word } from "./page.js";

const CHOSEN = "select, [type=checkbox], [type=radio]";
const EVERY = 2000;
const AFTER_SILENCE = 5000;
const parse = async reply => new DOMParser().parseFromString(await reply.text(), "text/html");

/** <form method="get" data-live="#results"> - swaps a region instead of the page; the address stays shareable. */
export function liveFilter(form) {
  let wait;
  let busy;

  function address() {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    return `${form.getAttribute("action") || location.pathname}?${query}`;
  }

  async function fetchRegion(from) {
    const reply = await fetch(from, { signal: busy.signal, headers: { "X-Requested-With": "fetch" } });
    if (!reply.ok) throw new Error(reply.status);
    return $(form.dataset.live, await parse(reply));
  }

  async function go(push) {
    clearTimeout(wait);
    busy?.abort();
    busy = new AbortController();
    const there = address();
    const region = $(form.dataset.live);
    region.setAttribute("aria-busy", "true");
    try {
      const fresh = await fetchRegion(there);
      region.replaceChildren(...fresh.childNodes);
      history[push ? "pushState" : "replaceState"](null, "", there);
      say($("[data-count]", region)?.textContent.trim() || word("updated"));
      region.removeAttribute("aria-busy");
    } catch (error) {
      if (error.name !== "AbortError") location.assign(there);
    }
  }

  form.addEventListener("input", event => {
    clearTimeout(wait);
    wait = setTimeout(go, event.target.matches(CHOSEN) ? 0 : 300, false);
  });
  form.addEventListener("submit", event => {
    if (event.submitter?.hasAttribute("formaction")) return;
    event.preventDefault();
    go(true);
  });
  addEventListener("popstate", () => location.reload());
}

/** <div data-poll="/address/"> - asks for the state of a background job every 2 s and shows the answer in place. */
export function poll(job) {
  async function ask() {
    const reply = await fetch(job.dataset.poll).catch(() => null);
    if (!reply) return void setTimeout(ask, AFTER_SILENCE);
    if (!reply.ok) return;
    const next = (await parse(reply)).body.firstElementChild;
    if (!next) return;
    job.replaceChildren(...next.childNodes);
    if ("poll" in next.dataset) setTimeout(ask, EVERY);
    else say(job.textContent.trim());
  }

  setTimeout(ask, EVERY);
}

/** <section data-check> - judges a check in place; focus moves to the verdict, or to what is missing. */
export function check(card) {
  card.addEventListener("submit", async event => {
    event.preventDefault();
    const form = event.target;
    card.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(location.pathname, { method: "POST", body: new FormData(form) });
      const page = await parse(reply);
      card.replaceChildren(...page.getElementById(card.id).childNodes);
      $("[data-told]", card).focus();
    } catch {
      form.submit();
    }
    card.removeAttribute("aria-busy");
  });
}
