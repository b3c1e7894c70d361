// The page for a link that opens nothing. It is the same for everybody; a browser that holds the key, or an unfinished ticket, learns more.
import { control, fill, show, text, timeWords } from "./dom.js";
import { follow, tellFate } from "./delivery.js";
import { get, post } from "./http.js";
import { forgetOldTickets, forgetTicket, keyInAddress, shareId, storedTicket } from "./share.js";

const id = shareId();

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
  link.addEventListener("click", () => { void follow(id, download); });
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
addEventListener("hashchange", () => { void learnMore(); });
void learnMore();
