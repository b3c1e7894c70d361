// The files that were chosen: what they are, whether they may go, and the list of them.
import { announce, one, sizeWords, text, trouble } from "./dom.js";

/** @typedef {{file: File, path: string}} Chosen `path` is the name, with the folders it was chosen with. */

/** As the server has it. */
const MOST_FILES = 1000;
/** So many stand in the list at first. */
const SHORT_LIST = 6;
/** What a ZIP adds: for the whole, and for each file beside its name, which stands in it twice. */
const ZIP_END = 98;
const ZIP_ENTRY = 140;

const list = one("#filelist");
const unfold = one('[data-do="unfold"]');
let limit = 0;
let folded = true;
/** @type {Chosen[]} */
let chosen = [];

/** @returns {readonly Chosen[]} */
export const files = () => chosen;

/** @param {readonly Chosen[]} some */
const bytesOf = (some) => some.reduce((sum, { file }) => sum + file.size, 0);

/** @param {readonly Chosen[]} some */
function bytesTogether(some) {
  if (some.length < 2) return bytesOf(some);
  const names = new TextEncoder();
  return some.reduce((sum, { file, path }) => sum + file.size + ZIP_ENTRY + 2 * names.encode(path).length, ZIP_END);
}

/** What was chosen, in a few words. */
export function nameOfAll() {
  const [first] = chosen;
  return chosen.length === 1 && first ? first.path : text("upload-several", { count: String(chosen.length) });
}

/**
 * @param {readonly Chosen[]} all
 * @param {readonly Chosen[]} added
 * @returns {string} why they cannot go together; empty if they can
 */
function refusal(all, added) {
  if (all.length > MOST_FILES) return text("upload-too-many");
  const alone = added.find(({ file }) => file.size > limit);
  const words = { limit: sizeWords(limit) };
  if (alone) return text("upload-too-large", { ...words, name: alone.path });
  const size = bytesTogether(all);
  return size > limit ? text("upload-too-large-together", { ...words, size: sizeWords(size) }) : "";
}

/** @param {Chosen} one @param {Chosen} other */
const same = (one, other) => one.path === other.path && one.file.size === other.file.size && one.file.lastModified === other.file.lastModified;

/**
 * Puts files on the list, all of them or, if they are too many or too large, none.
 * @param {readonly Chosen[]} more
 */
export function add(more) {
  const added = more.filter((candidate) => !chosen.some((known) => same(known, candidate)));
  const all = [...chosen, ...added];
  const why = refusal(all, added);
  trouble(why);
  if (why) return;
  chosen = all;
  render();
  if (added.length > 0) announce(text("upload-added", { total: totalWords() }));
}

/** @param {Chosen} gone @param {number} place */
function remove(gone, place) {
  chosen = chosen.filter((kept) => kept !== gone);
  trouble("");
  render();
  announce(text("upload-removed", { name: gone.path }));
  const next = list.querySelectorAll("button")[Math.min(place, list.children.length - 1)];
  (next ?? one('[data-do="choose"]')).focus();
}

export function clear() {
  chosen = [];
  folded = true;
  render();
}

function totalWords() {
  const size = sizeWords(bytesOf(chosen));
  return chosen.length === 1 ? text("upload-total-one", { size }) : text("upload-total", { count: String(chosen.length), size });
}

/** @param {Chosen} entry @param {number} place */
function row(entry, place) {
  const template = document.querySelector("#file-row");
  if (!(template instanceof HTMLTemplateElement)) throw new Error("missing in the page: #file-row");
  const made = document.importNode(template.content, true);
  one('[data-part="name"]', made).textContent = entry.path;
  one('[data-part="size"]', made).textContent = sizeWords(entry.file.size);
  const button = one('[data-part="remove"]', made);
  button.setAttribute("aria-label", text("upload-remove", { name: entry.path }));
  button.addEventListener("click", () => remove(entry, place));
  return made;
}

function render() {
  const hides = folded && chosen.length > SHORT_LIST + 1;
  const shown = hides ? chosen.slice(0, SHORT_LIST) : chosen;
  list.replaceChildren(...shown.map(row));
  one("#chosen").hidden = chosen.length === 0;
  one("#drop").classList.toggle("drop-more", chosen.length > 0);
  one('[data-slot="total"]').textContent = chosen.length > 0 ? totalWords() : "";
  unfold.hidden = chosen.length <= SHORT_LIST + 1;
  unfold.setAttribute("aria-expanded", String(!hides));
  unfold.textContent = hides ? text("upload-unfold", { count: String(chosen.length - SHORT_LIST) }) : text("upload-fold");
  one('[data-do="choose"]').textContent = text(chosen.length > 0 ? "upload-add" : "upload-choose");
}

/** @param {number} bytes the most this server takes */
export function enableChoice(bytes) {
  limit = bytes;
  unfold.addEventListener("click", () => {
    folded = !folded;
    render();
  });
}
