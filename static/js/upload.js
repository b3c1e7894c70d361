// The sender's page: takes a file, sends it with progress that comes from the request itself, and shows the link.
import { announce, control, durationWords, enableCopying, fill, fillTime, one, percentWords, show, sizeWords, text, trouble } from "./dom.js";
import { parse } from "./http.js";

const form = control("#upload", HTMLFormElement);
const input = control("#file", HTMLInputElement);
const drop = one("#drop");
const bar = control('[data-view="sending"] progress', HTMLProgressElement);
const limit = Number(form.dataset.maxSize);
const title = document.title;
/** @type {XMLHttpRequest | undefined} */
let running;

/** @param {string} words */
function refuse(words) {
  input.value = "";
  describeChoice();
  trouble(words);
}

/** Shows the file that is chosen, or why it cannot be. */
function describeChoice() {
  const file = input.files?.[0];
  drop.classList.toggle("upload-chosen", file !== undefined);
  one("#drop-title").textContent = file?.name ?? emptyTitle;
  one("#drop-hint").textContent = file ? text("upload-chosen", { size: sizeWords(file.size) }) : emptyHint;
}

function checkChoice() {
  const file = input.files?.[0];
  trouble("");
  if (file && file.size > limit) {
    refuse(text("upload-too-large", { name: file.name, limit: sizeWords(limit) }));
  } else {
    describeChoice();
  }
}

/** @param {DataTransfer} data */
function take(data) {
  const [item] = data.items;
  if (data.files.length > 1) refuse(text("upload-several"));
  else if (item?.webkitGetAsEntry?.()?.isDirectory) refuse(text("upload-folder"));
  else if (data.files.length === 1) {
    input.files = data.files;
    checkChoice();
  }
}

/** @param {BeforeUnloadEvent} event */
const warn = (event) => event.preventDefault();

/** @param {XMLHttpRequest | undefined} request */
function track(request) {
  running = request;
  if (request) addEventListener("beforeunload", warn);
  else removeEventListener("beforeunload", warn);
  document.title = title;
}

/** @param {string} words */
function fail(words) {
  track(undefined);
  fill("reason", words);
  show("failed");
}

/**
 * @param {XMLHttpRequest} request
 */
function answered(request) {
  const body = parse(request.responseText);
  if (request.status === 201) {
    track(undefined);
    done(body);
    return;
  }
  const why = String(body.detail ?? text("upload-unexpected", { status: String(request.status) }));
  const asksForPassword = request.status === 401 && document.querySelector("#upload-password");
  if (!asksForPassword) {
    fail(why);
    return;
  }
  track(undefined);
  show("choose", { focus: false });
  trouble(why);
  control("#upload-password", HTMLInputElement).select();
}

/** @param {Record<string, any>} share */
function done({ link, status_link, expires_at, size }) {
  control("#link", HTMLInputElement).value = String(link);
  control("#status-link", HTMLInputElement).value = String(status_link);
  const status = new URL(String(status_link));
  status.search = location.search;
  control("#open-status", HTMLAnchorElement).href = status.href;
  fill("size", `(${sizeWords(Number(size))})`);
  fillTime("expires", String(expires_at));
  one('[data-slot="passphrase-note"]').hidden = control("#passphrase", HTMLInputElement).value === "";
  show("done");
  // Another language would be another page, without these links.
  for (const other of document.querySelectorAll("a[hreflang]")) other.closest("li")?.remove();
  announce(text("ready-title"));
}

/** Sends the form as it stands; its fields precede the file, because the server must know them before the first byte. */
async function send() {
  const file = input.files?.[0];
  if (!file) return;
  fill("name", file.name);
  try {
    // A file that was moved or changed since it was chosen would otherwise look like a broken connection.
    await file.slice(0, 1).arrayBuffer();
  } catch {
    fail(text("upload-unreadable"));
    return;
  }
  const data = new FormData();
  for (const name of ["passphrase", "expires", "upload_password"]) {
    const field = form.elements.namedItem(name);
    if ((field instanceof HTMLInputElement || field instanceof HTMLSelectElement) && field.value) data.append(name, field.value);
  }
  data.append("file", file, file.name);

  const request = new XMLHttpRequest();
  const began = performance.now();
  let said = 0;
  request.upload.addEventListener("progress", (event) => {
    const percent = percentWords(event.loaded, event.total);
    bar.value = (100 * event.loaded) / event.total;
    fill("percent", percent);
    document.title = `${percent} – ${title}`;
    const elapsed = (performance.now() - began) / 1000;
    const sent = { sent: sizeWords(event.loaded), size: sizeWords(event.total) };
    const left = (elapsed * (event.total - event.loaded)) / event.loaded;
    const pace = elapsed < 2 ? text("upload-pace-first", sent) : text("upload-pace", { ...sent, time: durationWords(left) });
    fill("pace", event.loaded === event.total ? text("upload-finishing") : pace);
    const quarter = Math.floor((4 * event.loaded) / event.total);
    if (quarter > said) announce(text("upload-percent", { percent }));
    said = quarter;
  });
  request.addEventListener("load", () => answered(request));
  request.addEventListener("error", () => fail(text("upload-unreachable")));
  request.addEventListener("abort", () => {
    track(undefined);
    show("choose", { focus: false });
    trouble(text("upload-cancelled"));
  });
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("Accept-Language", document.documentElement.lang);
  bar.value = 0;
  fill("percent", percentWords(0, 1));
  fill("pace", text("upload-pace-first", { sent: sizeWords(0), size: sizeWords(file.size) }));
  trouble("");
  track(request);
  show("sending");
  request.send(data);
}

const emptyTitle = one("#drop-title").textContent ?? "";
const emptyHint = one("#drop-hint").textContent ?? "";
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
});
input.addEventListener("change", checkChoice);
// A drop beside the zone would otherwise replace the page by the file.
addEventListener("dragover", (event) => {
  event.preventDefault();
  drop.classList.toggle("over", !running);
});
addEventListener("dragleave", (event) => {
  if (!event.relatedTarget) drop.classList.remove("over");
});
addEventListener("drop", (event) => {
  event.preventDefault();
  drop.classList.remove("over");
  if (!running && !form.hidden && event.dataTransfer) take(event.dataTransfer);
});
one('[data-do="cancel"]').addEventListener("click", () => running?.abort());
one('[data-do="retry"]').addEventListener("click", () => { void send(); });
one('[data-do="change"]').addEventListener("click", () => show("choose", { focus: false }));
enableCopying();
// The order of the page follows the order in which it is used; sending no longer depends on it.
one("#options").before(drop);
show("choose", { focus: false });
checkChoice();
