import { $ } from "./page.js";

/** <section data-check> - judges a check in place; focus moves to the verdict, or to what is missing. */
export default function check(card) {
  card.addEventListener("submit", async event => {
    event.preventDefault();
    const form = event.target;
    card.setAttribute("aria-busy", "true");
    try {
      const reply = await fetch(location.pathname, { method: "POST", body: new FormData(form) });
      const page = new DOMParser().parseFromString(await reply.text(), "text/html");
      card.replaceChildren(...page.getElementById(card.id).childNodes);
      $("[data-told]", card).focus();
    } catch {
      form.submit();
    }
    card.removeAttribute("aria-busy");
  });
}
