import { say } from "./page.js";

const EVERY = 2000;
const AFTER_SILENCE = 5000;

/** <div data-poll="/address/"> - asks for the state of a background job every 2 s and shows the answer in place. */
export default function poll(job) {
  async function ask() {
    const reply = await fetch(job.dataset.poll).catch(() => null);
    if (!reply) return void setTimeout(ask, AFTER_SILENCE);
    if (!reply.ok) return;
    const next = new DOMParser().parseFromString(await reply.text(), "text/html").body.firstElementChild;
    if (!next) return;
    job.replaceChildren(...next.childNodes);
    if ("poll" in next.dataset) setTimeout(ask, EVERY);
    else say(job.textContent.trim());
  }

  setTimeout(ask, EVERY);
}
