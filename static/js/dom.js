// What every script needs of the page. Text is only ever set as text: the pages forbid the ways that parse HTML.

/** The page's language, in the visitor's variety of it: numbers and times then fit the words around them. */
export const locale = navigator.languages.find((language) => language.split("-")[0] === document.documentElement.lang) ?? document.documentElement.lang;

/**
 * The only element for a selector; a page without it is broken.
 * @param {string} selector
 * @param {ParentNode} [root]
 * @returns {HTMLElement}
 */
export function one(selector, root = document) {
  const found = root.querySelector(selector);
  if (!(found instanceof HTMLElement)) throw new Error(`missing in the page: ${selector}`);
  return found;
}

/**
 * @template {HTMLElement} T
 * @param {string} selector
 * @param {new () => T} kind
 * @returns {T}
 */
export function control(selector, kind) {
  const found = one(selector);
  if (!(found instanceof kind)) throw new Error(`not a ${kind.name}: ${selector}`);
  return found;
}

/**
 * A text of the page, its `{gaps}` filled in.
 * @param {string} key
 * @param {Record<string, string>} [values]
 */
export function text(key, values = {}) {
  const template = document.querySelector(`template[data-text="${key}"]`);
  const words = template instanceof HTMLTemplateElement ? (template.content.textContent ?? "") : "";
  return words.replace(/\{(\w+)\}/g, (gap, name) => values[name] ?? gap);
}

/**
 * Writes into every place of the page that has this name.
 * @param {string} slot
 * @param {string} words
 */
export function fill(slot, words) {
  for (const place of document.querySelectorAll(`[data-slot="${slot}"]`)) place.textContent = words;
}

/**
 * Shows one view of the page instead of the others and, if asked, moves the focus to its heading, which has it read out.
 * @param {string} name
 * @param {{focus?: boolean}} [options]
 */
export function show(name, { focus = true } = {}) {
  for (const view of document.querySelectorAll("[data-view]")) {
    if (view instanceof HTMLElement) view.hidden = view.dataset.view !== name;
  }
  const heading = document.querySelector(`[data-view="${name}"] [tabindex="-1"]`);
  if (focus && heading instanceof HTMLElement) heading.focus({ preventScroll: false });
}

/**
 * Says what is wrong, near the controls that can put it right; nothing takes it back.
 * @param {string} words
 * @param {string} [id]
 */
export function trouble(words, id = "trouble") {
  const place = one(`#${id}`);
  place.hidden = words === "";
  place.textContent = words;
}

/**
 * For people who listen to the page.
 * @param {string} words
 */
export function announce(words) {
  const region = one("#announce");
  // The same words again are news, too.
  if (region.textContent === words) region.textContent = "";
  region.textContent = words;
}

/**
 * As the server says it: one digit after the point below ten, rounded down.
 * @param {number} bytes
 */
export function sizeWords(bytes) {
  if (bytes < 1024) return new Intl.NumberFormat(locale, { style: "unit", unit: "byte", unitDisplay: "long" }).format(bytes);
  const units = ["KiB", "MiB", "GiB", "TiB", "PiB", "EiB"];
  let step = 0;
  let amount = bytes / 1024;
  while (amount >= 1024 && step < units.length - 1) {
    amount /= 1024;
    step += 1;
  }
  const rounded = amount < 10 ? Math.floor(amount * 10) / 10 : Math.floor(amount);
  return `${new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }).format(rounded)} ${units[step]}`;
}

/** @param {number} seconds */
export function durationWords(seconds) {
  const [unit, length] = seconds < 90 ? ["second", 1] : seconds < 5400 ? ["minute", 60] : seconds < 172800 ? ["hour", 3600] : ["day", 86400];
  const count = Math.max(1, Math.ceil(seconds / Number(length)));
  return new Intl.NumberFormat(locale, { style: "unit", unit: String(unit), unitDisplay: "long" }).format(count);
}

/**
 * A share of the whole, rounded down so that 100 % means all.
 * @param {number} part
 * @param {number} whole
 */
export function percentWords(part, whole) {
  const share = whole > 0 ? Math.min(1, part / whole) : 1;
  return new Intl.NumberFormat(locale, { style: "percent" }).format(Math.floor(share * 100) / 100);
}

/**
 * A time in the visitor's own zone; with the zone's name, because it stands beside times other people were told.
 * @param {string} rfc3339
 */
export function timeWords(rfc3339) {
  const moment = new Date(rfc3339);
  if (Number.isNaN(moment.getTime())) return rfc3339;
  return new Intl.DateTimeFormat(locale, {
    day: "numeric", month: "long", year: "numeric", hour: "2-digit", minute: "2-digit", timeZoneName: "short",
  }).format(moment);
}

/**
 * The time of day, to the second.
 * @param {Date} moment
 */
export function clockWords(moment) {
  return new Intl.DateTimeFormat(locale, { timeStyle: "medium" }).format(moment);
}

/** @param {string} slot @param {string} rfc3339 */
export function fillTime(slot, rfc3339) {
  fill(slot, timeWords(rfc3339));
  for (const place of document.querySelectorAll(`time[data-slot="${slot}"]`)) place.setAttribute("datetime", rfc3339);
}

/** Shows every time of the page in the visitor's own zone. */
export function localiseTimes() {
  for (const time of document.querySelectorAll("time[datetime]")) {
    const stated = time.getAttribute("datetime");
    if (stated) time.textContent = timeWords(stated);
  }
}

/** Brings the copy buttons to life. Without https there is no clipboard: then the text is selected, ready for the keyboard. */
export function enableCopying() {
  for (const button of document.querySelectorAll("button[data-copy]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    const label = button.textContent ?? "";
    button.hidden = false;
    button.addEventListener("click", async () => {
      const place = one(`#${button.dataset.copy}`);
      if (place instanceof HTMLInputElement) place.select();
      else getSelection()?.selectAllChildren(place);
      let copied = false;
      try {
        await navigator.clipboard.writeText(place instanceof HTMLInputElement ? place.value : (place.textContent ?? ""));
        copied = true;
      } catch {
        copied = document.execCommand("copy");
      }
      const said = text(copied ? "common-copied" : "common-press-copy");
      button.textContent = said;
      announce(said);
      setTimeout(() => { button.textContent = label; }, 2500);
    });
  }
}
