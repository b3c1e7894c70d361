// The operator's page: a question before a share is deleted, and one before what nothing is known of is removed.
import { announce, control, one, text, trouble } from "./dom.js";
import { leave } from "./session.js";

/** @typedef {(form: HTMLFormElement) => void} Deed */

/**
 * Asks before the forms of a kind are sent.
 * @param {string} forms
 * @param {string} dialogName
 * @param {string} yes
 * @param {Deed} before
 * @param {Deed} deed
 */
function askBefore(forms, dialogName, yes, before, deed) {
  const dialog = control(dialogName, HTMLDialogElement);
  /** @type {HTMLFormElement | undefined} */
  let chosen;
  for (const form of document.querySelectorAll(forms)) {
    form.addEventListener("submit", (event) => {
      if (!(form instanceof HTMLFormElement)) return;
      event.preventDefault();
      chosen = form;
      dialog.returnValue = "";
      before(form);
      dialog.showModal();
    });
  }
  dialog.addEventListener("close", () => {
    if (dialog.returnValue === yes && chosen) deed(chosen);
  });
}

/** @param {HTMLFormElement} form */
async function remove(form) {
  trouble("");
  try {
    const response = await fetch(form.dataset.delete ?? "", { method: "DELETE", headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang }, redirect: "error" });
    if (response.ok || response.status === 404) {
      form.closest("tr")?.remove();
      announce(text("admin-deleted"));
      one("#shares-title").focus();
    } else if (response.status === 401) {
      leave();
    } else {
      trouble(text("admin-not-deleted", { status: String(response.status) }));
    }
  } catch {
    trouble(text("admin-unreachable"));
  }
}

/** @param {HTMLFormElement} form */
function nameShare(form) {
  one('#confirm-delete [data-slot="id"]').textContent = form.dataset.delete?.split("/").pop() ?? "";
}

askBefore("form[data-delete]", "#confirm-delete", "delete", nameShare, (form) => { void remove(form); });
askBefore('form[data-confirm="cleanup"]', "#confirm-cleanup", "remove", () => {}, (form) => form.submit());
