// A share's life as a list: what has happened, what happens now, what is still ahead. The server draws the same for browsers without scripts.
import { durationWords, percentWords, text, timeWords } from "./dom.js";

/** @typedef {"done" | "now" | "ahead"} Stage */
/** @typedef {{stage: Stage, words: string, at?: string | undefined}} Step */

/**
 * @param {Record<string, any>} share the server's answer
 * @returns {Step} what stands last
 */
function end({ state, sent, size, ended_at }) {
  const at = ended_at ?? undefined;
  switch (state) {
    case "delivered": return { stage: "done", words: text("status-delivered"), at };
    case "broken_off": return { stage: "done", words: size > 0 ? text("status-broken-off-at", { percent: percentWords(sent, size) }) : text("status-broken-off"), at };
    case "expired": return { stage: "done", words: text("status-expired"), at };
    case "revoked": return { stage: "done", words: text("status-revoked"), at };
    case "abandoned": return { stage: "done", words: text("status-abandoned"), at };
    default: return { stage: "ahead", words: text("status-ahead") };
  }
}

/**
 * @param {Record<string, any>} share the server's answer
 * @returns {Step[]}
 */
function stepsOf(share) {
  const { state, created_at, expires_at, reserved_at, started_at } = share;
  const incomplete = state === "receiving" || state === "abandoned";
  /** @type {Step[]} */
  const steps = [{ stage: state === "receiving" ? "now" : "done", words: incomplete ? text("status-uploading") : text("status-uploaded"), at: created_at }];
  if (state === "available") steps.push({ stage: "now", words: text("status-waiting"), at: expires_at });
  if (state === "locked") steps.push({ stage: "now", words: text("status-locked") });
  if (reserved_at && state !== "available" && state !== "locked") {
    steps.push({ stage: state === "reserved" ? "now" : "done", words: text("status-opened"), at: reserved_at });
  }
  if (started_at) steps.push({ stage: state === "delivering" ? "now" : "done", words: state === "delivering" ? text("status-running") : text("status-began"), at: started_at });
  return [...steps, end(share)];
}

/**
 * @param {HTMLElement} list
 * @param {Record<string, any>} share the server's answer
 */
export function drawTimeline(list, share) {
  list.replaceChildren(...stepsOf(share).map(({ stage, words, at }) => {
    const item = document.createElement("li");
    item.className = stage;
    if (stage === "now") item.setAttribute("aria-current", "step");
    const label = document.createElement("span");
    label.textContent = words;
    item.append(label);
    if (at) {
      const time = document.createElement("time");
      time.dateTime = at;
      time.textContent = timeWords(at);
      item.append(time);
    }
    return item;
  }));
}

/** @param {Record<string, any>} share @returns {string} the countdown; empty where nothing runs out */
export function countdown({ state, expires_at }) {
  const seconds = (Date.parse(String(expires_at)) - Date.now()) / 1000;
  return ["available", "reserved", "locked"].includes(state) && seconds > 0 ? text("status-waiting-left", { time: durationWords(seconds) }) : "";
}
