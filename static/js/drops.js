// What this browser remembers of a sender's drops, for senders who asked for it: owner keys, never the keys of links.
import { keyIn } from "./share.js";

/** @typedef {{id: string, owner: string, label: string, size: number, created: number, expires: number, state: string, ended: number}} Drop Times in milliseconds; `ended` is 0 until it has. */

const STORE = "onetimeshare.drops";
const KEPT_MS = 8 * 86_400_000;

/** States that nothing follows. */
export const ENDED = ["delivered", "broken_off", "expired", "revoked", "abandoned"];

/**
 * @param {unknown} value
 * @returns {value is Drop}
 */
function isDrop(value) {
  if (typeof value !== "object" || value === null) return false;
  /** @type {Record<string, unknown>} */
  const drop = { ...value };
  return ["id", "owner", "label", "state"].every((key) => typeof drop[key] === "string")
    && ["size", "created", "expires", "ended"].every((key) => typeof drop[key] === "number")
    && keyIn(String(drop["owner"])) !== "";
}

/**
 * The drops that are remembered, the newest first. What ended more than eight days ago is left out: the server has forgotten it, too.
 * @returns {Drop[]}
 */
export function drops() {
  try {
    const stored = JSON.parse(localStorage.getItem(STORE) ?? "[]");
    if (!Array.isArray(stored)) return [];
    return stored.filter(isDrop).filter((drop) => Date.now() - (drop.ended || drop.expires) < KEPT_MS);
  } catch {
    return [];
  }
}

/**
 * @param {Drop[]} all
 * @returns {boolean} whether the browser keeps it
 */
function keep(all) {
  try {
    if (all.length > 0) localStorage.setItem(STORE, JSON.stringify(all));
    else localStorage.removeItem(STORE);
    return true;
  } catch {
    return false;
  }
}

/** @param {Drop} drop */
export function remember(drop) {
  return keep([drop, ...drops().filter(({ id }) => id !== drop.id)]);
}

/** @param {string} id */
export function forget(id) {
  return keep(drops().filter((drop) => drop.id !== id));
}

/** Forgets every drop that has ended. */
export function forgetEnded() {
  return keep(drops().filter(({ ended }) => ended === 0));
}

/**
 * Notes what the server said; a drop that was forgotten meanwhile stays forgotten.
 * @param {string} id
 * @param {string} state
 * @param {number} ended
 */
export function note(id, state, ended) {
  keep(drops().map((drop) => (drop.id === id ? { ...drop, state, ended } : drop)));
}

/** Takes what is too old out of the store, not only out of sight. */
export function forgetOld() {
  keep(drops());
}

/**
 * The owner key this browser holds for a share.
 * @param {string} id
 * @returns {string} empty if none
 */
export function ownKeyOf(id) {
  return drops().find((drop) => drop.id === id.toLowerCase())?.owner ?? "";
}
