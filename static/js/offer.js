// What waits behind a link, as the page shows it once the key has proved itself.
import { fill, fillTime, one, sizeWords, text } from "./dom.js";

const IN_APP = /\b(FBAN|FBAV|FB_IAB|Instagram|Messenger|Line\/|MicroMessenger|Snapchat|BytedanceWebview|musical_ly|TikTok|LinkedInApp|Pinterest\/|Twitter for|Teams\/|Slack|GSA\/|; wv\))/;

/**
 * The ending of a file's name, if it is a short one, as it stands on the sheet.
 * @param {string} name
 */
export function endingOf(name) {
  return /[^.]\.([A-Za-z0-9]{1,5})$/.exec(name)?.[1]?.toUpperCase() ?? "";
}

/** @param {Record<string, any>} share */
export function describe({ name, size, type, expires_at, text: isText = false }) {
  const known = typeof name === "string";
  if (known) fill("name", isText ? text("collect-text-name") : name);
  fill("ending", known && !isText ? endingOf(name) : "");
  fill("size", sizeWords(Number(size)));
  // Where the name ends in its type, saying it again in the machine's words helps nobody.
  fill("type", known && !isText && !endingOf(name) && type !== "application/octet-stream" ? (type ?? "") : "");
  fillTime("expires", String(expires_at));
  one('[data-slot="waits"]').hidden = false;
  one('[data-slot="file"]').hidden = false;
  if (isText) {
    fill("offer-title", text("collect-title-text"));
    fill("where", text("collect-where-text"));
    one("#collect button[type=submit]").textContent = text("collect-show");
  }
}

/** Inside another app's own browser a download often goes nowhere; the real one is a menu away. */
export function hintInApp() {
  if (!IN_APP.test(navigator.userAgent)) return;
  one('[data-slot="in-app"]').hidden = false;
  const copy = one('[data-do="copy-link"]');
  copy.addEventListener("click", async () => {
    // With the key: it stands in the address and nowhere else.
    const copied = await navigator.clipboard?.writeText(location.href).then(() => true, () => false);
    if (copied) copy.textContent = text("common-copied");
    else prompt(copy.textContent ?? "", location.href);
  });
}
