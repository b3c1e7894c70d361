// Times of a page that stays open: in the reader's own zone, and what matters by its distance, the exact time one pointer away.
import { locale, timeWords } from "./dom.js";

/** How far the server's clock is ahead of this machine's. */
let ahead = 0;

/** @param {string} rfc3339 the moment it is for the server */
export function setServerTime(rfc3339) {
  ahead = Date.parse(rfc3339) - Date.now();
}

/** @param {number} moment @param {"long" | "narrow"} style */
function distanceWords(moment, style) {
  const seconds = Math.round((moment - Date.now() - ahead) / 1000);
  const away = Math.abs(seconds);
  /** @type {[Intl.RelativeTimeFormatUnit, number]} */
  const [unit, length] = away < 90 ? ["second", 1] : away < 5400 ? ["minute", 60] : away < 172800 ? ["hour", 3600] : ["day", 86400];
  return new Intl.RelativeTimeFormat(locale, { numeric: "always", style }).format(Math.round(seconds / length), unit);
}

/** Shows the times of the page as they are now. */
export function showTimes() {
  for (const time of document.querySelectorAll("time[data-as]")) {
    if (!(time instanceof HTMLTimeElement)) continue;
    const moment = Date.parse(time.dateTime);
    if (Number.isNaN(moment)) continue;
    const exact = timeWords(time.dateTime);
    const words = time.dataset.as === "clock" ? new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit" }).format(moment) : distanceWords(moment, time.dataset.as === "just" ? "narrow" : "long");
    if (time.textContent !== words) time.textContent = words;
    if (time.title !== exact) time.title = exact;
  }
}
