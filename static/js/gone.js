// The page for a link that opens nothing. It is the same for everybody; a browser that holds the key, or an unfinished ticket, learns more.
import { control, enableCopying, fill, show, text, timeWords, trouble } from "./dom.js";
import { follow, tellFate } from "./delivery.js";
import { get, post } from "./http.js";
import { reveal } from "./reveal.js";
import { forgetOldTickets, forgetTicket, keyInAddress, shareId, storedTicket, textSize } from "./share.js";

const id = shareId();

/**
 * A message goes on in the page, a file in the browser's own download.
 * @param {string} download
 * @param {MouseEvent} event
 */
async function goOn(download, event) {
  const size = textSize(id);
  if (size === 0) {
    await follow(id, download);
    return;
  }
  event.preventDefault();
  trouble("");
  const shown = await reveal(id, download, size).catch(() => undefined);
  if (shown && !shown.ok) {
    if (shown.problem.status === 410 && shown.problem.state) tellFate(id, shown.problem, "gone");
    else trouble(text("reveal-broken"));
  } else if (!shown) {
    location.assign(download);
    await follow(id, download);
  }
}

/** @returns {Promise<boolean>} whether this browser can go on with a download it began */
async function offerToContinue() {
  const ticket = storedTicket(id);
  if (!ticket) return false;
  const download = `/r/${id}/${ticket}`;
  const answer = await get(`${download}/status`);
  if (!answer.ok) {
    if (answer.problem.status === 410) forgetTicket(id);
    return false;
  }
  const { state, resumable_until } = answer.body;
  if (state !== "reserved" && state !== "delivering") {
    if (state === "delivered") forgetTicket(id);
    return false;
  }
  const link = control('[data-slot="continue"]', HTMLAnchorElement);
  link.href = download;
  link.onclick = (event) => { void goOn(download, event); };
  fill("continue-until", resumable_until ? text("delivery-resumable", { time: timeWords(resumable_until) }) : "");
  show("continue", { focus: false });
  return true;
}

async function learnMore() {
  if (!id || (await offerToContinue())) return;
  const key = keyInAddress();
  if (!key) return;
  const answer = await post(`/d/${id}/inspect`, { key });
  if (!answer.ok && answer.problem.status === 410 && answer.problem.state) tellFate(id, answer.problem, "gone");
}

forgetOldTickets();
enableCopying();
addEventListener("hashchange", () => { void learnMore(); });
void learnMore();
