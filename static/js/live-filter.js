import { $, say, word } from "./page.js";

const CHOSEN = "select, [type=checkbox], [type=radio]";

/** <form method="get" data-live="#results"> - swaps a region instead of the page; the address stays shareable. */
export default function liveFilter(form) {
  let wait;
  let busy;

  function address() {
    const query = new URLSearchParams([...new FormData(form)].filter(([, value]) => value));
    return `${form.getAttribute("action") || location.pathname}?${query}`;
  }

  async function fetchRegion(from) {
    const reply = await fetch(from, { signal: busy.signal, headers: { "X-Requested-With": "fetch" } });
    if (!reply.ok) throw new Error(reply.status);
    return $(form.dataset.live, new DOMParser().parseFromString(await reply.text(), "text/html"));
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
