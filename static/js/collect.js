// The recipient's page: reads the key from the address, says what waits, reserves it and hands it to the browser's own download.
import { control, durationWords, fill, fillTime, one, show, sizeWords, text, trouble } from "./dom.js";
import { follow, tellFate } from "./delivery.js";
import { post } from "./http.js";
import { forgetOldTickets, forgetTicket, keyIn, keyInAddress, shareId, ticketFor } from "./share.js";

const id = shareId();
const form = control("#collect", HTMLFormElement);
const keyField = control("#key", HTMLInputElement);
const button = control("#collect button[type=submit]", HTMLButtonElement);
const passphrase = form.querySelector("#passphrase");

/** @param {string} words why the key has to be typed in */
function askForKey(words) {
  one("#key-row").hidden = false;
  one("#key-row").classList.add("asked");
  keyField.required = true;
  trouble(words);
}

/** Asks what waits behind the link; that changes nothing. */
async function inspect() {
  // After a wrong try without a script, the key comes back in the field.
  const key = keyInAddress() || keyIn(keyField.value);
  if (!key) {
    askForKey(text("collect-no-key"));
    return;
  }
  one("#key-row").hidden = true;
  keyField.required = false;
  trouble("");
  const answer = await post(`/d/${id}/inspect`, { key });
  if (answer.ok) {
    describe(answer.body);
  } else if (answer.problem.status === 410 && answer.problem.state) {
    tellFate(id, answer.problem);
  } else if (answer.problem.status === 410) {
    askForKey(text("collect-wrong-key"));
  } else {
    trouble(answer.problem.detail ?? text(answer.problem.status ? "collect-unexpected" : "collect-unreachable", { status: String(answer.problem.status) }));
  }
}

/** @param {Record<string, any>} share */
function describe({ name, size, type, expires_at, state }) {
  fill("name", name ?? "");
  fill("size", sizeWords(Number(size)));
  fill("type", type ?? "");
  fillTime("expires", String(expires_at));
  one('[data-slot="file"]').hidden = false;
  if (state === "locked") trouble(text("collect-locked"));
}

/** @param {import("./http.js").Problem} problem */
function refused({ status, detail, tries_left, retry_after, state, at }) {
  if (status === 410 && state) {
    tellFate(id, { state, at });
  } else if (status === 410) {
    // Nothing was reserved: without the fate the key was wrong, or somebody else was faster a moment ago.
    forgetTicket(id);
    askForKey(text("collect-wrong-key"));
  } else if (status === 401 && tries_left !== undefined) {
    trouble(tries_left > 0 ? text("collect-tries-left", { count: String(tries_left) }) : text("collect-locked"));
    if (passphrase instanceof HTMLInputElement) {
      passphrase.setAttribute("aria-invalid", "true");
      passphrase.select();
    }
  } else if (status === 423) {
    trouble(text("collect-locked"));
  } else if (status === 409) {
    trouble(text("collect-held", { time: durationWords(retry_after ?? 120) }));
  } else {
    trouble(detail ?? text(status ? "collect-unexpected" : "collect-unreachable", { status: String(status) }));
  }
}

async function reserve() {
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
  button.disabled = true;
  for (const old of form.querySelectorAll('[data-slot="wrong-try"]')) old.remove();
  trouble("");
  /** @type {Record<string, string>} */
  const fields = { key, ticket: ticketFor(id) };
  if (passphrase instanceof HTMLInputElement) fields.passphrase = passphrase.value;
  const answer = await post(`/d/${id}`, fields);
  button.disabled = false;
  if (!answer.ok) {
    refused(answer.problem);
    return;
  }
  const { name, download } = answer.body;
  if (typeof download !== "string") {
    trouble(text("collect-unexpected", { status: "200" }));
    return;
  }
  const address = new URL(download, location.href);
  fill("name", String(name));
  // The answer is an attachment, so the browser downloads it and this page stays.
  location.assign(location.origin + address.pathname);
  await follow(id, address.pathname);
}

forgetOldTickets();
form.addEventListener("submit", (event) => {
  event.preventDefault();
  void reserve();
});
addEventListener("hashchange", () => { void inspect(); });
show("offer", { focus: false });
void inspect();
