// The ways by which files and text come into the page: chosen, dropped anywhere, pasted anywhere.
import { announce, control, one, text, trouble } from "./dom.js";
import { add } from "./upload-choice.js";

/** @typedef {import("./upload-choice.js").Chosen} Chosen */

/** One more than may travel: enough to be told that it is too many. */
const ENOUGH = 1001;

const page = document.documentElement;
const area = control("#text", HTMLTextAreaElement);
let pasted = 0;

/** @param {File} file @returns {Chosen} */
const entry = (file) => ({ file, path: file.webkitRelativePath || file.name });

/** @param {"files" | "text"} kind */
export function turnTo(kind) {
  const radio = control(kind === "text" ? "#kind-text" : "#kind-files", HTMLInputElement);
  radio.checked = true;
  radio.dispatchEvent(new Event("change", { bubbles: true }));
}

/** @param {FileSystemDirectoryReader} reader @returns {Promise<FileSystemEntry[]>} */
const batch = (reader) => new Promise((resolve, reject) => reader.readEntries(resolve, reject));

/** @param {FileSystemFileEntry} found @returns {Promise<File>} */
const open = (found) => new Promise((resolve, reject) => found.file(resolve, reject));

/**
 * All files in a dropped file or folder, by their names from there.
 * @param {FileSystemEntry} found
 * @param {string} folder
 * @param {Chosen[]} into
 */
async function walk(found, folder, into) {
  if (into.length >= ENOUGH) return;
  const path = folder + found.name;
  if (found.isFile) {
    into.push({ file: await open(/** @type {FileSystemFileEntry} */ (found)), path });
    return;
  }
  const reader = /** @type {FileSystemDirectoryEntry} */ (found).createReader();
  // A reader hands out its entries in batches, and an empty one at the end.
  for (let entries = await batch(reader); entries.length > 0; entries = await batch(reader)) {
    for (const child of entries) await walk(child, `${path}/`, into);
  }
}

/** @param {DataTransfer} data */
async function takeDropped(data) {
  const plain = [...data.files].map(entry);
  // Entries can only be asked for while the drop is being handled.
  const found = [...data.items].flatMap((item) => (item.kind === "file" ? [item.webkitGetAsEntry()] : []));
  const words = data.getData("text/plain");
  if (plain.length === 0 && found.length === 0) {
    if (words) takeText(words);
    return;
  }
  turnTo("files");
  /** @type {Chosen[]} */
  const files = [];
  try {
    for (const [place, item] of found.entries()) {
      const given = plain[place];
      if (item) await walk(item, "", files);
      else if (given) files.push(given);
    }
  } catch {
    trouble(text("upload-unreadable"));
    return;
  }
  if (files.length > 0) add(files);
  else trouble(text("upload-empty-folder"));
}

/** @param {string} words */
function takeText(words) {
  turnTo("text");
  area.value += words;
  area.dispatchEvent(new Event("input"));
  area.focus();
  announce(text("upload-pasted-text"));
}

/** What comes from the clipboard has a name that says nothing, the same one each time. @param {File} file @returns {Chosen} */
function fromClipboard(file) {
  if (!/^image\.\w+$/.test(file.name)) return entry(file);
  pasted += 1;
  return { file, path: `${text("upload-pasted")} ${pasted}${file.name.slice(file.name.lastIndexOf("."))}` };
}

/** @param {ClipboardEvent} event */
function takePasted(event) {
  const data = event.clipboardData;
  if (!data) return;
  if (data.files.length > 0) {
    event.preventDefault();
    turnTo("files");
    add([...data.files].map(fromClipboard));
    return;
  }
  const typing = event.target instanceof HTMLTextAreaElement || (event.target instanceof HTMLInputElement && /^(text|password|search)$/.test(event.target.type));
  const words = data.getData("text/plain");
  if (typing || !words) return;
  event.preventDefault();
  takeText(words);
}

/** @param {HTMLInputElement} input */
function takeFrom(input) {
  const files = [...(input.files ?? [])].map(entry);
  input.value = "";
  if (files.length > 0) add(files);
}

/** @param {() => boolean} open whether files and text can be taken at this moment */
export function enableIntake(open) {
  const input = control("#file", HTMLInputElement);
  const folder = control("#folder", HTMLInputElement);
  one("#plain-file").hidden = true;
  for (const chooser of [input, folder]) chooser.addEventListener("change", () => takeFrom(chooser));
  one('[data-do="choose"]').addEventListener("click", () => input.click());
  one('[data-do="choose-folder"]').addEventListener("click", () => folder.click());
  // The whole zone is a target for the mouse; the keyboard has the buttons in it.
  one("#drop").addEventListener("click", (event) => {
    if (!(event.target instanceof Element && event.target.closest("button, input, label"))) input.click();
  });
  // A drop beside the zone would otherwise replace the page by the file.
  addEventListener("dragover", (event) => {
    event.preventDefault();
    page.classList.toggle("over", open());
  });
  addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) page.classList.remove("over");
  });
  addEventListener("drop", (event) => {
    const { target } = event;
    page.classList.remove("over");
    if (target instanceof HTMLTextAreaElement && event.dataTransfer?.files.length === 0) return;
    event.preventDefault();
    if (open() && event.dataTransfer) void takeDropped(event.dataTransfer);
  });
  addEventListener("paste", (event) => {
    if (open()) takePasted(event);
  });
  // A browser that goes back may have kept a choice.
  takeFrom(input);
}
