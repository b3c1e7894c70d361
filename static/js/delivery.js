// Follows a download from its reservation to its end, and tells a recipient what became of a share.
import { announce, control, fill, one, percentWords, show, sizeWords, text, timeWords } from "./dom.js";
import { get, post } from "./http.js";
import { forgetAddress, forgetTicket } from "./share.js";

const LOOK_EVERY_MS = 1000;
const LOOK_RARELY_MS = 5000;

/**
 * Says what became of a share. Ends what this browser remembered of it, if it has ended.
 * @param {string} id
 * @param {{state?: string, at?: string}} fate
 * @param {string} [view]
 */
export function tellFate(id, { state = "", at = "" }, view = "fate") {
  fill("fate-title", text(`state-${state}.recipient-title`));
  fill("fate", text(`state-${state}.recipient`, { at: at ? timeWords(at) : "?" }));
  show(view);
  if (["delivered", "broken_off", "expired", "revoked", "abandoned"].includes(state)) {
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
  for (;;) {
    const answer = await get(`${download}/status`);
    if (answer.ok) {
      if (progress(id, answer.body)) return;
    } else if (answer.problem.status === 410) {
      forgetTicket(id);
      if (answer.problem.state) {
        tellFate(id, answer.problem);
      } else {
        fill("delivery-words", text("delivery-lapsed"));
        fill("resumable", "");
        link.hidden = true;
      }
      return;
    } else {
      fill("delivery-words", text("delivery-unreachable"));
    }
    const wait = answer.ok && !document.hidden ? LOOK_EVERY_MS : LOOK_RARELY_MS;
    await new Promise((resolve) => setTimeout(resolve, wait));
  }
}

const STAGES = {
  reserved: { words: "delivery-reserved", title: "" },
  running: { words: "delivery-running", title: "delivery-running-title" },
  sent: { words: "delivery-sent", title: "delivery-sent-title" },
};
/** @type {{words: string, title: string} | undefined} */
let shown;

/**
 * @param {string} id
 * @param {Record<string, any>} status
 * @returns {boolean} whether it has ended
 */
function progress(id, { state, sent = 0, size = 0, resumable_until, at }) {
  if (state === "delivered") {
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
  const stage = all ? STAGES.sent : begun ? STAGES.running : STAGES.reserved;
  control('[data-view="delivery"] progress', HTMLProgressElement).value = begun && size > 0 ? (100 * sent) / size : all ? 100 : 0;
  fill("percent", begun ? percentWords(sent, size) : "");
  fill("sent", begun ? text("delivery-sent-bytes", { sent: sizeWords(sent), size: sizeWords(size) }) : "");
  fill("resumable", resumable_until ? text("delivery-resumable", { time: timeWords(resumable_until) }) : "");
  one('[data-do="acknowledge"]').hidden = !all;
  if (stage !== shown) {
    shown = stage;
    fill("delivery-words", text(stage.words));
    if (stage.title) {
      const title = text(stage.title);
      fill("delivery-title", title);
      announce(title);
    }
  }
  return false;
}
