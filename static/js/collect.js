// The recipient's page: reads the key from the address, says what waits, reserves it and hands it to the browser's own download, or
// shows it where it is a message.
import { control, enableCopying, fill, one, show, text, trouble } from "./dom.js";
import { follow, tellFate } from "./delivery.js";
import { ownKeyOf } from "./drops.js";
import { post } from "./http.js";
import { describe, endingOf, hintInApp } from "./offer.js";
import { reveal } from "./reveal.js";
import { forgetOldTickets, forgetTicket, keyIn, keyInAddress, noteText, shareId, ticketFor } from "./share.js";
import { countdown, waits } from "./wait.js";

const LOOK_EVERY_MS = 4000;

const id = shareId();
const form = control("#collect", HTMLFormElement);
const keyField = control("#key", HTMLInputElement);
const button = control("#collect button[type=submit]", HTMLButtonElement);
const passphrase = form.querySelector("#passphrase");
/** Whether the sender was told that this is the own link, and goes on. */
let told = false;

/** @param {string} words why the key has to be typed in */
function askForKey(words) {
  one("#key-row").hidden = false;
  one("#key-row").classList.add("asked");
  one('[data-slot="file"]').hidden = true;
  keyField.required = true;
  trouble(words);
}

/** @param {import("./http.js").Problem} problem */
function unexpected({ status, detail }) {
  trouble(detail ?? text(status ? "collect-unexpected" : "collect-unreachable", { status: String(status) }));
}

/** Asks what waits behind the link; that changes nothing. */
async function inspect() {
  // After a wrong try without a script, the key comes back in the field.
  const key = keyInAddress() || keyIn(keyField.value);
  if (!key) {
    // What is there but too short was clipped.
    askForKey(text(location.hash.length > 1 ? "collect-wrong-key" : "collect-no-key"));
    return;
  }
  one("#key-row").hidden = true;
  keyField.required = false;
  trouble("");
  const answer = await post(`/d/${id}/inspect`, { key });
  if (answer.ok) {
    describe(answer.body);
    if (answer.body.state === "locked") show("locked", { focus: false });
    else if (!told) tellOwner();
  } else if (answer.problem.status === 410 && answer.problem.state) {
    tellFate(id, answer.problem);
  } else if (answer.problem.status === 410) {
    askForKey(text("collect-wrong-key"));
  } else {
    one('[data-slot="file"]').hidden = true;
    unexpected(answer.problem);
  }
}

/** Whoever made the link and opens it would use it up. */
function tellOwner() {
  const owner = ownKeyOf(id);
  if (!owner) return;
  control('[data-slot="own-status"]', HTMLAnchorElement).hash = owner;
  show("own");
}

/** Ends the looks at a share that somebody else held. */
let stopLooking = () => {};

/**
 * Somebody else holds it: looks now and then whether it is free again, or what became of it. That it is free is said only after a
 * look, because the other one may have taken it; while the page is hidden there is none, and the first comes when it is seen again.
 * @param {string} key
 * @param {number} seconds
 */
function hold(key, seconds) {
  let over = false;
  let fate = "";
  const look = async () => {
    if (document.hidden) return;
    const answer = await post(`/d/${id}/inspect`, { key });
    // Meanwhile the button may have been pressed.
    if (over) return;
    if (answer.ok) {
      if (answer.body.state !== "available") return;
      stopLooking();
      trouble(text("collect-free"));
      return;
    }
    const { status, state } = answer.problem;
    // A look that failed says nothing.
    if (status !== 410 || !state || state === fate) return;
    fate = state;
    endCountdown();
    if (state !== "delivering") stopLooking();
    tellFate(id, answer.problem);
  };
  const timer = setInterval(look, LOOK_EVERY_MS);
  document.addEventListener("visibilitychange", look);
  const endCountdown = countdown(button, seconds, look);
  stopLooking = () => {
    over = true;
    clearInterval(timer);
    document.removeEventListener("visibilitychange", look);
    endCountdown();
    stopLooking = () => {};
  };
}

/**
 * @param {import("./http.js").Problem} problem
 * @param {string} key
 */
function refused(problem, key) {
  const { status, tries_left, retry_after, state } = problem;
  if (status === 410 && state) {
    tellFate(id, problem);
  } else if (status === 410) {
    // Nothing was reserved: without the fate the key was wrong, or somebody else was faster a moment ago.
    forgetTicket(id);
    askForKey(text("collect-wrong-key"));
  } else if (status === 423 || (status === 401 && tries_left === 0)) {
    show("locked");
  } else if (status === 401 && tries_left !== undefined) {
    trouble(text("collect-tries-left", { count: String(tries_left) }));
    if (passphrase instanceof HTMLInputElement) {
      passphrase.setAttribute("aria-invalid", "true");
      passphrase.select();
    }
  } else if (status === 409) {
    trouble(text("collect-held"));
    hold(key, retry_after ?? 120);
  } else {
    unexpected(problem);
    if (retry_after) countdown(button, retry_after, () => { trouble(""); });
  }
}

/**
 * The message comes into the page; what breaks off is gone on with by the same button.
 * @param {string} address
 * @param {number} size
 */
async function showMessage(address, size) {
  noteText(id, size);
  const label = button.textContent;
  button.textContent = text("reveal-fetching");
  button.setAttribute("aria-disabled", "true");
  /** @type {import("./reveal.js").Shown} */
  const shown = await reveal(id, address, size).catch(() => ({ ok: false, problem: { status: 200 } }));
  button.textContent = label;
  button.removeAttribute("aria-disabled");
  if (shown.ok) return;
  if (shown.problem.status === 410) {
    refused(shown.problem, keyInAddress());
  } else if (shown.problem.status === 200) {
    // These bytes cannot be shown as text: the browser saves them as they are.
    await save(address);
  } else {
    trouble(text("reveal-broken"));
    button.textContent = text("reveal-continue");
  }
}

/** @param {string} address */
async function save(address) {
  // The answer is an attachment, so the browser downloads it and this page stays.
  location.assign(address);
  await follow(id, address);
}

async function reserve() {
  if (waits(button)) return;
  stopLooking();
  const typed = keyIn(keyField.value);
  // What was pasted because the page asked for it is meant to replace a key in the address that does not fit.
  const key = one("#key-row").hidden ? keyInAddress() || typed : typed || keyInAddress();
  if (!key) {
    askForKey(text("collect-no-key"));
    keyField.focus();
    return;
  }
  // With the key in the address a reload, or “open in browser”, finds its way back here.
  if (key !== keyInAddress()) history.replaceState(null, "", `${location.pathname}${location.search}#${key}`);
  button.setAttribute("aria-disabled", "true");
  for (const old of form.querySelectorAll('[data-slot="wrong-try"]')) old.remove();
  trouble("");
  /** @type {Record<string, string>} */
  const fields = { key, ticket: ticketFor(id) };
  if (passphrase instanceof HTMLInputElement) fields.passphrase = passphrase.value;
  const answer = await post(`/d/${id}`, fields);
  button.removeAttribute("aria-disabled");
  if (!answer.ok) {
    refused(answer.problem, key);
    return;
  }
  const { name, size, download, text: isText } = answer.body;
  if (typeof download !== "string") {
    trouble(text("collect-unexpected", { status: "200" }));
    return;
  }
  const address = new URL(download, location.href).pathname;
  if (isText === true) {
    await showMessage(address, Number(size));
  } else {
    fill("name", String(name));
    fill("ending", endingOf(String(name)));
    await save(address);
  }
}

forgetOldTickets();
enableCopying();
hintInApp();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void reserve();
});
one('[data-do="open-own"]').addEventListener("click", () => {
  told = true;
  show("offer");
});
one('[data-do="unlocked"]').addEventListener("click", () => {
  show("offer");
  void inspect();
});
addEventListener("hashchange", () => { void inspect(); });
show("offer", { focus: false });
void inspect();
