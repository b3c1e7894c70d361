// The sender's page: how the share stands, as long as something can still happen, and the two things a sender can do about it.
import { announce, clockWords, control, one, percentWords, show, sizeWords, text, timeWords, trouble } from "./dom.js";
import { post } from "./http.js";
import { keyIn, keyInAddress, shareId } from "./share.js";

const LOOK_EVERY_MS = 4000;
const ENDED = ["delivered", "broken_off", "expired", "revoked", "abandoned"];

const id = shareId();
const form = control("#owner-form", HTMLFormElement);
const field = control("#owner", HTMLInputElement);
const dialog = control("#confirm-revoke", HTMLDialogElement);
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

/** @param {"status" | "revoke" | "unlock"} action */
async function ask(action) {
  clearTimeout(next);
  const answer = await post(`/s/${id}`, { owner, action });
  if (answer.ok) {
    trouble("", "action-trouble");
    describe(answer.body);
    if (!ENDED.includes(answer.body.state)) next = setTimeout(() => { void ask("status"); }, LOOK_EVERY_MS);
    return;
  }
  const { status, detail } = answer.problem;
  if (status === 410) {
    askForOwner(text("status-wrong-owner"));
  } else {
    trouble(detail ?? text("status-unreachable"), shown ? "action-trouble" : "trouble");
    next = setTimeout(() => { void ask("status"); }, LOOK_EVERY_MS * 2);
  }
}

/** @param {Record<string, any>} share */
function describe(share) {
  const state = String(share.state);
  const heading = one('[data-slot="state"]');
  heading.textContent = text(`state-${state}`);
  heading.className = `state state-${state}`;
  one('[data-slot="sentence"]').textContent = text(`state-${state}.sender`);
  const sending = state === "delivering";
  one('[data-slot="sending"]').hidden = !sending;
  control('[data-slot="sending"] progress', HTMLProgressElement).value = share.size > 0 ? (100 * (share.sent ?? 0)) / share.size : 100;
  one('[data-slot="facts"]').replaceChildren(...facts(share));
  one('[data-do="unlock"]').hidden = state !== "locked";
  one('[data-do="revoke"]').hidden = ENDED.includes(state);
  one('[data-slot="freshness"]').textContent = ENDED.includes(state) ? text("status-ended-for-good") : text("status-fresh", { time: clockWords(new Date()) });
  const first = shown === "";
  if (first) show("status", { focus: false });
  if (!first && shown !== state) announce(text(`state-${state}`));
  shown = state;
}

/**
 * @param {Record<string, any>} share
 * @returns {HTMLElement[]}
 */
function facts(share) {
  const begun = typeof share.sent === "number" && share.started_at;
  /** @type {[string, string | undefined][]} */
  const lines = [
    [text("status-size"), sizeWords(Number(share.size))],
    [text("status-passphrase"), share.passphrase ? text("status-passphrase-yes", { count: String(share.tries_left ?? 0) }) : text("status-passphrase-no")],
    [text("status-sent"), begun ? percentWords(share.sent, share.size) : undefined],
    [text("status-created"), share.created_at && timeWords(share.created_at)],
    [text("status-expires"), share.expires_at && timeWords(share.expires_at)],
    [text("status-reserved"), share.reserved_at && timeWords(share.reserved_at)],
    [text("status-started"), share.started_at && timeWords(share.started_at)],
    [text("status-ended"), share.ended_at && timeWords(share.ended_at)],
  ];
  return lines.filter(([, value]) => value).flatMap(([label, value]) => {
    const term = document.createElement("dt");
    const description = document.createElement("dd");
    term.textContent = label;
    description.textContent = value ?? "";
    return [term, description];
  });
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
function begin() {
  owner = keyInAddress();
  shown = "";
  if (owner) void ask("status");
  else askForOwner(text("status-no-owner"));
}
addEventListener("hashchange", begin);
begin();
