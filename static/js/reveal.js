// A message: fetched by the page itself, shown once, and acknowledged as soon as all of it is here.
import { control, fill, one, show, text } from "./dom.js";
import { parse, post } from "./http.js";
import { forgetAddress, forgetTicket } from "./share.js";

/** @typedef {import("./http.js").Problem} Problem */
/** @typedef {{ok: true} | {ok: false, problem: Problem}} Shown */

const TRIES = 6;

/** @param {number} ms */
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** What has arrived of a message. A broken connection, or a second press on the button, goes on behind it. */
class Arrival {
  /** @param {number} size */
  constructor(size) {
    this.bytes = new Uint8Array(size);
    this.have = 0;
    this.etag = "";
  }

  get complete() {
    return this.etag !== "" && this.have === this.bytes.length;
  }

  /**
   * Fetches what is missing, in one request.
   * @param {string} address
   * @returns {Promise<Problem | undefined>} why the server refused
   */
  async fetchRest(address) {
    /** @type {Record<string, string>} */
    const headers = { Accept: "application/json", "Accept-Language": document.documentElement.lang };
    if (this.have > 0) Object.assign(headers, { Range: `bytes=${this.have}-`, "If-Range": this.etag });
    const response = await fetch(address, { cache: "no-store", redirect: "error", headers });
    if (!response.ok) {
      const waiting = Number(response.headers.get("Retry-After"));
      return { retry_after: waiting > 0 ? waiting : undefined, ...parse(await response.text()), status: response.status };
    }
    const from = /^bytes (\d+)-/.exec(response.headers.get("Content-Range") ?? "")?.[1];
    this.have = Number(from ?? 0);
    this.etag = response.headers.get("ETag") ?? "";
    const reader = response.body?.getReader();
    for (;;) {
      const { done = true, value } = (await reader?.read()) ?? {};
      if (done || !value) return undefined;
      this.bytes.set(value, this.have);
      this.have += value.length;
    }
  }
}

/** @type {Map<string, Arrival>} */
const arrivals = new Map();

/**
 * @param {string} address
 * @param {number} size
 * @returns {Promise<{words: string} | {problem: Problem}>}
 */
async function receive(address, size) {
  const arrival = arrivals.get(address) ?? new Arrival(size);
  arrivals.set(address, arrival);
  for (let tries = 0; !arrival.complete; tries += 1) {
    const problem = await arrival.fetchRest(address).catch(() => ({ status: 0 }));
    if (arrival.complete) break;
    const passes = !problem || problem.status === 0 || problem.status === 503;
    if (tries >= TRIES || !passes) return { problem: problem ?? { status: 0 } };
    await pause(300 * 2 ** tries);
  }
  return { words: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(arrival.bytes) };
}

/** Whether the message lies somewhere else, too: until then leaving asks first. */
let kept = false;

/** @param {string} words */
function enableKeeping(words) {
  const place = one("#message");
  const copy = control('[data-do="copy"]', HTMLButtonElement);
  const label = copy.textContent ?? "";
  copy.onclick = async () => {
    let copied = await navigator.clipboard?.writeText(words).then(() => true, () => false);
    if (!copied) {
      getSelection()?.selectAllChildren(place);
      copied = document.execCommand("copy");
    }
    kept ||= copied;
    copy.textContent = text(copied ? "common-copied" : "common-press-copy");
    setTimeout(() => { copy.textContent = label; }, 2500);
  };
  place.oncopy = () => { kept = true; };
  const save = control('[data-slot="save"]', HTMLAnchorElement);
  save.href = URL.createObjectURL(new Blob([words], { type: "text/plain;charset=utf-8" }));
  save.download = "message.txt";
  save.onclick = () => { kept = true; };
  addEventListener("beforeunload", (event) => {
    if (!kept) event.preventDefault();
  });
}

/**
 * @param {string} id
 * @param {string} download
 */
async function acknowledge(id, download) {
  fill("reveal-words", text("reveal-removing"));
  for (let tries = 0; tries < TRIES; tries += 1) {
    const answer = await post(`${download}/ack`, {});
    if (answer.ok || answer.problem.status === 410) {
      fill("reveal-words", text("reveal-gone"));
      forgetTicket(id);
      forgetAddress();
      return;
    }
    await pause(1000 * 2 ** tries);
  }
  // The server finishes by itself a moment after it has sent the last byte.
  fill("reveal-words", text("reveal-gone-soon"));
}

/**
 * Shows the message of a share that is reserved. Whatever is in the way leaves the view as it is; trying again goes on where this ended.
 * @param {string} id
 * @param {string} download the address of the bytes
 * @param {number} size
 * @returns {Promise<Shown>}
 */
export async function reveal(id, download, size) {
  const received = await receive(download, size);
  if ("problem" in received) return { ok: false, problem: received.problem };
  one("#message").textContent = received.words;
  enableKeeping(received.words);
  show("reveal");
  await acknowledge(id, download);
  return { ok: true };
}
