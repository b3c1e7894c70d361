// Follows a download from its reservation to its end, and tells a recipient what became of a share.
import { announce, control, fill, one, percentWords, show, sizeWords, text, timeWords } from "./dom.js";
import { get, post } from "./http.js";
import { forgetAddress, forgetTicket } from "./share.js";

const LOOK_EVERY_MS = 1000;
const LOOK_RARELY_MS = 5000;
/** A browser that has not asked for the file by now asks its user something, or will not. */
const LATE_MS = 8000;
const ENDED = ["delivered", "broken_off", "expired", "revoked", "abandoned"];

/**
 * Says what became of a share. Ends what this browser remembered of it, if it has ended.
 * @param {string} id
 * @param {{state?: string, at?: string}} fate
 * @param {string} [view]
 */
export function tellFate(id, { state = "", at = "" }, view = "fate") {
  const ended = ENDED.includes(state);
  fill("fate-title", text(`state-${state}.recipient-title`));
  fill("fate", text(`state-${state}.recipient`, { at: at ? timeWords(at) : "?" }));
  for (const next of document.querySelectorAll('[data-slot="fate-next"]')) {
    if (next instanceof HTMLElement) next.hidden = !ended && state !== "delivering";
  }
  // What is known need not be guessed at.
  for (const guess of document.querySelectorAll('[data-slot="guesses"]')) guess.remove();
  show(view);
  if (ended) {
    forgetTicket(id);
    forgetAddress();
  }
}

/**
 * Shows how the download goes until it has ended. The ticket stays with this browser until then.
 * @param {string} id
 * @param {string} download the address of the bytes
 */
export async function follow(id, download) {
  const link = control('[data-slot="download"]', HTMLAnchorElement);
  const acknowledge = control('[data-do="acknowledge"]', HTMLButtonElement);
  link.href = download;
  acknowledge.onclick = async () => {
    acknowledge.disabled = true;
    await post(`${download}/ack`, {});
    acknowledge.disabled = false;
  };
  fill("delivery-words", text("delivery-reserved"));
  show("delivery");
  const late = Date.now() + LATE_MS;
  for (;;) {
    const answer = await get(`${download}/status`);
    if (answer.ok) {
      if (progress(id, answer.body, Date.now() > late)) return;
    } else if (answer.problem.status === 410) {
      forgetTicket(id);
      if (answer.problem.state) tellFate(id, answer.problem);
      else lapsed();
      return;
    } else {
      shown = undefined;
      fill("delivery-words", text("delivery-unreachable"));
    }
    const wait = answer.ok && !document.hidden ? LOOK_EVERY_MS : LOOK_RARELY_MS;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

/** Somebody else may reserve now, or already did: the link has to be opened anew. */
function lapsed() {
  fill("delivery-title", text("delivery-lapsed-title"));
  fill("delivery-words", text("delivery-lapsed"));
  fill("resumable", "");
  one('[data-slot="download"]').hidden = true;
  const over = one('[data-do="start-over"]');
  over.hidden = false;
  over.onclick = (event) => {
    // The key is still in the address, and a link to the same address would only jump.
    event.preventDefault();
    location.reload();
  };
}

const STAGES = {
  reserved: { words: "delivery-reserved", title: "", link: "delivery-start" },
  late: { words: "delivery-late", title: "", link: "delivery-start" },
  running: { words: "delivery-running", title: "delivery-running-title", link: "delivery-continue" },
  sent: { words: "delivery-sent", title: "delivery-sent-title", link: "delivery-again" },
};
/** @type {{words: string, title: string, link: string} | undefined} */
let shown;

/**
 * @param {string} id
 * @param {Record<string, any>} status
 * @param {boolean} late whether it should have begun by now
 * @returns {boolean} whether it has ended
 */
function progress(id, { state, sent = 0, size = 0, resumable_until, at }, late) {
  if (state === "delivered") {
    one('[data-slot="finished-file"]').hidden = one('[data-view="finished"] [data-slot="name"]').textContent === "";
    show("finished");
    forgetTicket(id);
    forgetAddress();
    return true;
  }
  if (state !== "reserved" && state !== "available" && state !== "delivering") {
    tellFate(id, { state, at });
    return true;
  }
  const begun = state === "delivering";
  const all = begun && sent >= size;
  const stage = all ? STAGES.sent : begun ? STAGES.running : late ? STAGES.late : STAGES.reserved;
  one('[data-slot="course"]').hidden = !begun;
  control('[data-view="delivery"] progress', HTMLProgressElement).value = begun && size > 0 ? (100 * sent) / size : all ? 100 : 0;
  fill("percent", begun ? percentWords(sent, size) : "");
  fill("sent", begun ? text("delivery-sent-bytes", { sent: sizeWords(sent), size: sizeWords(size) }) : sizeWords(size));
  fill("resumable", resumable_until ? text("delivery-resumable", { time: timeWords(resumable_until) }) : "");
  one('[data-do="acknowledge"]').hidden = !all;
  if (stage !== shown) {
    shown = stage;
    // The page has one button to press: the one that helps now.
    one('[data-slot="download"]').classList.toggle("button-quiet", stage !== STAGES.late);
    fill("delivery-words", text(stage.words));
    fill("download", text(stage.link));
    if (stage.title) fill("delivery-title", text(stage.title));
    announce(text(stage.title || stage.words));
  }
  return false;
}
