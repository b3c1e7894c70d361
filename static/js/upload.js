// The sender's page: takes files or a text, sends them with progress that comes from the request itself, and shows the link.
import { announce, control, durationWords, enableCopying, fill, one, percentWords, show, sizeWords, text, trouble } from "./dom.js";
import { get, parse } from "./http.js";
import { clear, enableChoice, files, nameOfAll } from "./upload-choice.js";
import { enableDrops, showDrops } from "./upload-drops.js";
import { enableIntake } from "./upload-intake.js";
import { enableOptions, forgetPassphrase, passphrase, textFits, wasSuggested } from "./upload-options.js";
import { enableReady, showReady } from "./upload-ready.js";
import { transfer } from "./upload-transfer.js";

/** @typedef {import("./upload-transfer.js").Outcome} Outcome */
/** @typedef {import("./upload-transfer.js").Progress} Progress */

const form = control("#upload", HTMLFormElement);
const area = control("#text", HTMLTextAreaElement);
const kindText = control("#kind-text", HTMLInputElement);
const bar = control("#progress", HTMLProgressElement);
const limit = Number(form.dataset.maxSize);
const title = document.title;
let announcedQuarters = 0;
/** @type {(() => void) | undefined} */
let cancel;

/** @param {string} words @param {HTMLElement} [place] */
function refuse(words, place) {
  trouble(words);
  one("#trouble").scrollIntoView({ block: "nearest" });
  place?.focus();
}

/** @returns {boolean} whether there is something to send; if not, it has been said */
function complete() {
  if (!kindText.checked) {
    if (files().length === 0) refuse(text("upload-nothing"), one('[data-do="choose"]'));
    return files().length > 0;
  }
  if (area.value === "") refuse(text("upload-nothing-written"), area);
  else if (!textFits()) refuse(text("upload-text-too-long"), area);
  else return true;
  return false;
}

/** A file that was moved or changed since it was chosen would otherwise look like a broken connection. */
async function readable() {
  if (kindText.checked) return true;
  try {
    for (const { file } of files()) await file.slice(0, 1).arrayBuffer();
    return true;
  } catch {
    return false;
  }
}

/** The form as it stands. The fields precede what is sent, because the server must know them before the first byte. */
function contents() {
  const data = new FormData();
  const { expires, upload_password } = Object.fromEntries(new FormData(form));
  for (const [name, value] of Object.entries({ expires, upload_password, passphrase: passphrase() })) {
    if (typeof value === "string" && value) data.append(name, value);
  }
  data.append("qr", "1");
  if (kindText.checked) {
    // As a field of the form its line ends would be changed on the way.
    data.append("text", new Blob([area.value], { type: "text/plain" }), "text");
    return data;
  }
  data.append("files", String(files().length));
  for (const { file, path } of files()) data.append("file", file, path);
  return data;
}

/** @param {BeforeUnloadEvent} event */
const warn = (event) => event.preventDefault();

/** @param {(() => void) | undefined} stop how to stop what runs, if something does */
function track(stop) {
  cancel = stop;
  if (stop) addEventListener("beforeunload", warn);
  else removeEventListener("beforeunload", warn);
  document.title = title;
}

/** @param {Progress} progress */
function tell({ sent, size, speed, left }) {
  const percent = percentWords(sent, size);
  bar.value = (100 * sent) / size;
  fill("percent", percent);
  document.title = text("upload-percent-title", { percent, title });
  const words = { sent: sizeWords(sent), size: sizeWords(size) };
  const pace = speed > 0 ? text("upload-pace", { ...words, speed: sizeWords(speed), time: durationWords(left) }) : text("upload-pace-first", words);
  fill("pace", sent === size ? text("upload-finishing") : pace);
  const quarters = Math.floor((4 * sent) / size);
  if (quarters > announcedQuarters) announce(text("upload-percent", { percent }));
  announcedQuarters = quarters;
}

/** @param {string} words */
function fail(words) {
  track(undefined);
  fill("reason", words);
  show("failed");
}

/** Why no answer came: asked before it is said, because what to do differs. */
async function whyLost() {
  if (!navigator.onLine) return text("upload-offline");
  const answer = await get("/health");
  return answer.ok || answer.problem.status > 0 ? text("upload-unreachable") : text("upload-away");
}

/** @param {Extract<Outcome, {kind: "answered"}>} answer */
function whyRefused({ status, words, wait }) {
  const known = parse(words);
  switch (status) {
    case 413: return known.type?.endsWith("too-large") ? text("upload-refused-large", { limit: sizeWords(limit) }) : String(known.detail);
    case 429: return text("upload-refused-often", { time: durationWords(Number(known.retry_after) || wait || 60) });
    case 503: return text("upload-refused-later");
    case 507: return text("upload-refused-full");
    default: return String(known.detail ?? text("upload-unexpected", { status: String(status) }));
  }
}

/** @param {Outcome} outcome @param {string} name */
async function settle(outcome, name) {
  if (outcome.kind === "cancelled") {
    track(undefined);
    show("choose", { focus: false });
    trouble(text("upload-cancelled"));
  } else if (outcome.kind === "lost") {
    fail(await whyLost());
  } else if (outcome.status === 201) {
    track(undefined);
    showReady(parse(outcome.words), { name, passphrase: passphrase(), suggested: wasSuggested() });
    forgetContents();
    show("done");
    // Another language would be another page, without these links.
    for (const other of document.querySelectorAll("a[hreflang]")) other.closest("li")?.remove();
    announce(text("ready-title"));
  } else if (outcome.status === 401 && document.querySelector("#upload-password")) {
    track(undefined);
    show("choose", { focus: false });
    refuse(`${parse(outcome.words).title ?? ""}. ${whyRefused(outcome)}`);
    control("#upload-password", HTMLInputElement).select();
  } else {
    fail(whyRefused(outcome));
  }
}

/** What has been sent need not stay in the page. */
function forgetContents() {
  clear();
  area.value = "";
  area.dispatchEvent(new Event("input"));
  forgetPassphrase();
  for (const field of form.querySelectorAll("#upload-password")) if (field instanceof HTMLInputElement) field.value = "";
}

async function send() {
  if (cancel || !complete()) return;
  const name = kindText.checked ? text("upload-name-text") : nameOfAll();
  fill("name", name);
  let stopped = false;
  track(() => { stopped = true; });
  if (!(await readable())) {
    fail(text("upload-unreadable"));
    return;
  }
  announcedQuarters = 0;
  bar.value = 0;
  fill("percent", percentWords(0, 1));
  fill("pace", "");
  trouble("");
  show("sending");
  const { outcome, cancel: stop } = transfer(form.action, contents(), tell);
  track(stop);
  if (stopped) stop();
  await settle(await outcome, name);
}

enableChoice(limit);
enableIntake(() => !form.hidden);
enableOptions();
enableReady(showDrops);
enableDrops();
enableCopying();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void send();
});
for (const radio of document.querySelectorAll('input[name="kind"]')) radio.addEventListener("change", () => trouble(""));
one('[data-do="cancel"]').addEventListener("click", () => cancel?.());
one('[data-do="retry"]').addEventListener("click", () => { void send(); });
one('[data-do="change"]').addEventListener("click", () => show("choose", { focus: false }));
one('[data-do="last"]').addEventListener("click", () => show("done"));
one("#another").addEventListener("click", (event) => {
  event.preventDefault();
  one("#last").hidden = false;
  show("choose", { focus: false });
  one('[data-do="choose"]').focus();
});
// The order of the page follows the order in which it is used; sending no longer depends on it.
one("#options").before(one("#what"));
show("choose", { focus: false });
