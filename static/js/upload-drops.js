// “Your drops”: how the drops stand that this browser remembers, and taking one back.
import { announce, durationWords, one, sizeWords, text, timeWords } from "./dom.js";
import { ENDED, drops, forget, forgetEnded, forgetOld, note } from "./drops.js";
import { post } from "./http.js";

/** @typedef {import("./drops.js").Drop} Drop */
/** @typedef {{at: number, timer: ReturnType<typeof setInterval>}} Wait */

const LOOK_EVERY_MS = 20_000;
/** What is taken back is gone, so the request waits as long as somebody needs to notice a slip. */
const UNDO_SECONDS = 6;

const list = one("#droplist");
/** @type {Map<string, HTMLElement>} */
const rows = new Map();
/** @type {Map<string, Wait>} */
const waits = new Map();
/** @type {Map<string, string>} */
const remarks = new Map();

/** @param {HTMLElement} row @param {string} part */
const within = (row, part) => one(`[data-part="${part}"]`, row);

/** @param {Drop} drop */
function whenWords({ id, state, expires, ended }) {
  const wait = waits.get(id);
  if (wait) return text("drops-wait", { time: durationWords((wait.at - Date.now()) / 1000) });
  const remark = remarks.get(id);
  if (remark) return remark;
  if (ended > 0) return text("drops-ended", { time: timeWords(new Date(ended).toISOString()) });
  return state === "delivering" ? "" : text("drops-expires", { time: durationWords((expires - Date.now()) / 1000) });
}

/** @param {Drop} drop @returns {HTMLElement} */
function newRow(drop) {
  const template = document.querySelector("#drop-row");
  if (!(template instanceof HTMLTemplateElement)) throw new Error("missing in the page: #drop-row");
  const row = one("li", document.importNode(template.content, true));
  within(row, "label").textContent = `${drop.label} · ${sizeWords(drop.size)}`;
  const link = within(row, "status");
  if (link instanceof HTMLAnchorElement) link.href = `/s/${drop.id}${location.search}#${drop.owner}`;
  within(row, "revoke").addEventListener("click", () => begin(drop));
  within(row, "undo").addEventListener("click", () => undo(drop));
  within(row, "forget").addEventListener("click", () => {
    stopWaiting(drop.id);
    forget(drop.id);
    showDrops();
    announce(text("drops-removed"));
    one("#drops-heading").focus();
  });
  return row;
}

/** Shows what is remembered; rows that stay keep the focus. */
export function showDrops() {
  const all = drops();
  for (const [id, row] of rows) {
    if (all.some((drop) => drop.id === id)) continue;
    row.remove();
    rows.delete(id);
  }
  for (const [place, drop] of all.entries()) {
    const row = rows.get(drop.id) ?? newRow(drop);
    rows.set(drop.id, row);
    if (list.children[place] !== row) list.insertBefore(row, list.children[place] ?? null);
    describe(drop, row);
  }
  one("#drops").hidden = all.length === 0;
  one('[data-do="clear"]').hidden = !all.some(({ ended }) => ended > 0);
}

/** @param {Drop} drop @param {HTMLElement} row */
function describe(drop, row) {
  const { id, state, ended } = drop;
  const label = within(row, "state");
  label.className = `state state-${state}`;
  label.textContent = state === "unknown" ? text("drops-unknown") : text(`state-${state}`);
  const when = whenWords(drop);
  within(row, "when").textContent = when && ` · ${when}`;
  const waiting = waits.has(id);
  within(row, "status").hidden = waiting || state === "unknown";
  within(row, "revoke").hidden = waiting || ended > 0;
  within(row, "undo").hidden = !waiting;
  within(row, "forget").hidden = waiting;
}

/** @param {string} id */
function stopWaiting(id) {
  clearInterval(waits.get(id)?.timer);
  waits.delete(id);
}

/** @param {Drop} drop */
function begin(drop) {
  const at = Date.now() + UNDO_SECONDS * 1000;
  const timer = setInterval(() => {
    if (Date.now() < at) showDrops();
    else void revoke(drop);
  }, 500);
  waits.set(drop.id, { at, timer });
  remarks.delete(drop.id);
  showDrops();
  announce(text("drops-wait", { time: durationWords(UNDO_SECONDS) }));
  const row = rows.get(drop.id);
  if (row) within(row, "undo").focus();
}

/** @param {Drop} drop */
function undo(drop) {
  stopWaiting(drop.id);
  showDrops();
  announce(text("drops-undone"));
  const row = rows.get(drop.id);
  if (row) within(row, "revoke").focus();
}

/** @param {Drop} drop */
async function revoke(drop) {
  stopWaiting(drop.id);
  const done = await ask(drop, "revoke");
  if (!done) remarks.set(drop.id, text("drops-not-revoked"));
  showDrops();
  announce(done ? text("drops-revoked") : text("drops-not-revoked"));
  const row = rows.get(drop.id);
  if (row) within(row, done ? "forget" : "revoke").focus();
}

/**
 * @param {Drop} drop
 * @param {"status" | "revoke"} action
 * @returns {Promise<boolean>} whether the server answered for this drop
 */
async function ask({ id, owner, expires }, action) {
  const answer = await post(`/s/${id}`, { owner, action });
  remarks.delete(id);
  if (answer.ok) {
    const state = String(answer.body.state);
    const ended = Date.parse(String(answer.body.ended_at ?? "")) || Math.min(Date.now(), expires);
    note(id, state, ENDED.includes(state) ? ended : 0);
    return true;
  }
  if (answer.problem.status === 410) note(id, "unknown", Math.min(Date.now(), expires));
  else remarks.set(id, text("drops-away"));
  return false;
}

/** One after the other: nobody is in a hurry here, and the server has others to serve. */
async function lookAtAll() {
  for (const drop of drops()) {
    if (document.hidden) return;
    if (drop.ended === 0 && !waits.has(drop.id)) await ask(drop, "status");
  }
  showDrops();
}

async function keepLooking() {
  if (!document.hidden) await lookAtAll();
  setTimeout(() => { void keepLooking(); }, LOOK_EVERY_MS);
}

export function enableDrops() {
  forgetOld();
  one('[data-do="clear"]').addEventListener("click", () => {
    forgetEnded();
    showDrops();
    announce(text("drops-removed"));
    (one("#drops").hidden ? one("#content") : one("#drops-heading")).focus();
  });
  // Another tab remembers, forgets or learns something.
  addEventListener("storage", showDrops);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden) void lookAtAll();
  });
  showDrops();
  void keepLooking();
}
