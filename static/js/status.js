// The sender's page: how the share stands, as long as something can still happen, and the two things a sender can do about it.
import { announce, clockWords, control, fill, one, percentWords, show, sizeWords, text, trouble } from "./dom.js";
import { ENDED, note } from "./drops.js";
import { post } from "./http.js";
import { keyIn, keyInAddress, shareId } from "./share.js";
import { countdown, drawTimeline } from "./timeline.js";

/** How long until the next look: short while bytes run, long while nobody looks. */
const LOOK_MS = { delivering: 1500, reserved: 2500, other: 4000, hidden: 30_000, away: 8000 };

const id = shareId();
const form = control("#owner-form", HTMLFormElement);
const field = control("#owner", HTMLInputElement);
const dialog = control("#confirm-revoke", HTMLDialogElement);
const title = document.title;
let owner = keyInAddress();
let shown = "";
/** @type {ReturnType<typeof setTimeout> | undefined} */
let next;

/** @param {string} words */
function askForOwner(words) {
  one("#owner-row").hidden = false;
  one("#owner-row").classList.add("asked");
  trouble(words);
  show("ask", { focus: false });
}

/** @param {number} pause */
function lookAgainIn(pause) {
  next = setTimeout(() => { void ask("status"); }, document.hidden ? LOOK_MS.hidden : pause);
}

/** @param {"status" | "revoke" | "unlock"} action */
async function ask(action) {
  clearTimeout(next);
  const answer = await post(`/s/${id}`, { owner, action });
  clearTimeout(next);
  if (answer.ok) {
    trouble("", "action-trouble");
    describe(answer.body);
    const { state } = answer.body;
    if (ENDED.includes(state)) return;
    lookAgainIn(state === "delivering" ? LOOK_MS.delivering : state === "reserved" ? LOOK_MS.reserved : LOOK_MS.other);
    return;
  }
  const { status, detail } = answer.problem;
  if (status === 410) {
    askForOwner(text("status-wrong-owner"));
  } else {
    trouble(detail ?? text("status-unreachable"), shown ? "action-trouble" : "trouble");
    lookAgainIn(LOOK_MS.away);
  }
}

/** @param {Record<string, any>} share */
function describe(share) {
  const state = String(share.state);
  const over = ENDED.includes(state);
  const sending = state === "delivering";
  const heading = one('[data-slot="state"]');
  heading.textContent = text(`state-${state}`);
  heading.className = `state state-${state}`;
  fill("sentence", text(`state-${state}.sender`));
  fill("yours", yours(share, over));
  describeProgress(share, sending);
  drawTimeline(one("#timeline"), share);
  one('[data-do="unlock"]').hidden = state !== "locked";
  one('[data-do="revoke"]').hidden = over;
  one('[data-do="revoke"]').textContent = sending ? text("status-stop") : text("status-revoke");
  one('[data-do="another"]').hidden = !over;
  fill("freshness", over ? text("status-ended-for-good") : text("status-fresh", { time: clockWords(new Date()) }));
  note(id, state, over ? Date.parse(String(share.ended_at ?? "")) || Date.now() : 0);
  const first = shown === "";
  if (first) show("status", { focus: false });
  if (!first && shown !== state) announce(text(`state-${state}`));
  shown = state;
}

/** @param {Record<string, any>} share @param {boolean} over */
function yours(share, over) {
  const size = sizeWords(Number(share.size));
  const words = !share.passphrase
    ? text("status-yours", { size })
    : over || share.started_at ? text("status-yours-passphrase", { size }) : text("status-yours-tries", { size, count: String(share.tries_left ?? 0) });
  const left = countdown(share);
  return left ? `${words} · ${left}` : words;
}

/** @param {Record<string, any>} share @param {boolean} sending */
function describeProgress(share, sending) {
  const sent = Number(share.sent ?? 0);
  const size = Number(share.size);
  const percent = percentWords(sent, size);
  one('[data-slot="sending"]').hidden = !sending;
  control("#progress", HTMLProgressElement).value = size > 0 ? (100 * sent) / size : 100;
  fill("percent", percent);
  fill("sent", text("status-progress-of", { sent: sizeWords(sent), size: sizeWords(size) }));
  document.title = sending ? text("status-progress-title", { percent, state: title }) : title;
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  owner = keyIn(field.value);
  const pressed = event.submitter instanceof HTMLButtonElement ? event.submitter.value : "status";
  if (!owner) askForOwner(text("status-no-owner"));
  else if (pressed === "revoke") dialog.showModal();
  else void ask(pressed === "unlock" ? "unlock" : "status");
});
one('[data-do="unlock"]').addEventListener("click", () => { void ask("unlock"); });
one('[data-do="revoke"]').addEventListener("click", () => {
  dialog.returnValue = "";
  dialog.showModal();
});
dialog.addEventListener("close", () => {
  if (dialog.returnValue === "revoke") void ask("revoke");
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && shown && !ENDED.includes(shown)) void ask("status");
});
function begin() {
  owner = keyInAddress();
  shown = "";
  if (owner) void ask("status");
  else askForOwner(text("status-no-owner"));
}
addEventListener("hashchange", begin);
begin();
