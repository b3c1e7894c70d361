// The view an upload ends with: the link, its picture, the sender's own stub.
import { announce, control, fill, fillTime, one, sizeWords, text } from "./dom.js";
import { forget, remember } from "./drops.js";
import { keyIn } from "./share.js";

/** @typedef {import("./drops.js").Drop} Drop */

const SVG = "http://www.w3.org/2000/svg";
const box = control("#remember", HTMLInputElement);
/** @type {Drop | undefined} */
let shown;
/** Whether the link lies somewhere else, too: until then leaving asks first, because nobody can look it up. */
let taken = true;

/** @param {unknown} path @param {unknown} size */
function drawQr(path, size) {
  const place = one("#qr");
  place.hidden = typeof path !== "string";
  if (typeof path !== "string") return;
  const picture = document.createElementNS(SVG, "svg");
  picture.setAttribute("viewBox", `0 0 ${Number(size)} ${Number(size)}`);
  picture.setAttribute("shape-rendering", "crispEdges");
  picture.setAttribute("aria-hidden", "true");
  const modules = document.createElementNS(SVG, "path");
  modules.setAttribute("d", path);
  picture.append(modules);
  place.replaceChildren(picture);
}

/**
 * @param {Record<string, any>} share the server's answer
 * @param {{name: string, passphrase: string, suggested: boolean}} sent
 */
export function showReady(share, { name, passphrase, suggested }) {
  control("#link", HTMLInputElement).value = String(share.link);
  fill("link", String(share.link));
  control("#status-link", HTMLInputElement).value = String(share.status_link);
  const status = new URL(String(share.status_link));
  shown = {
    id: String(share.id), owner: keyIn(status.hash), label: name, size: Number(share.size),
    created: Date.now(), expires: Date.parse(String(share.expires_at)), state: "available", ended: 0,
  };
  status.search = location.search;
  control("#open-status", HTMLAnchorElement).href = status.href;
  fill("name", name);
  fill("size", sizeWords(Number(share.size)));
  fillTime("expires", String(share.expires_at));
  drawQr(share.qr, share.qr_size);
  one('[data-slot="passphrase-note"]').hidden = passphrase === "";
  one('[data-slot="told-part"]').hidden = !suggested;
  control("#told", HTMLInputElement).value = suggested ? passphrase : "";
  box.checked = false;
  fill("remember-trouble", "");
  taken = false;
}

async function share() {
  try {
    await navigator.share({ title: text("ready-share-title"), url: control("#link", HTMLInputElement).value });
  } catch {
    // Whoever closes the sheet has decided so.
  }
}

function letGo() {
  taken = true;
}

/** @param {() => void} changed called when a drop was remembered or forgotten */
export function enableReady(changed) {
  one('[data-slot="remember"]').hidden = false;
  const link = control("#link", HTMLInputElement);
  link.addEventListener("copy", letGo);
  for (const act of document.querySelectorAll('[data-copy="link"], [data-do="share"]')) act.addEventListener("click", letGo);
  addEventListener("afterprint", letGo);
  addEventListener("beforeunload", (event) => {
    if (!taken) event.preventDefault();
  });
  const sheet = one('[data-do="share"]');
  sheet.hidden = typeof navigator.share !== "function";
  sheet.addEventListener("click", () => { void share(); });
  box.addEventListener("change", () => {
    if (!shown) return;
    const kept = box.checked ? remember(shown) : forget(shown.id);
    if (!kept) box.checked = false;
    fill("remember-trouble", kept ? "" : text("ready-not-kept"));
    announce(!kept ? text("ready-not-kept") : box.checked ? text("ready-remembered") : text("ready-forgotten"));
    changed();
  });
}
