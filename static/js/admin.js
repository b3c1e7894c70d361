// The operator's page: times in the operator's own zone, and a question before a share is deleted.
import { announce, control, localiseTimes, one, text, trouble } from "./dom.js";

const dialog = control("#confirm-delete", HTMLDialogElement);
/** @type {HTMLFormElement | undefined} */
let chosen;

/** @param {HTMLFormElement} form */
async function remove(form) {
  trouble("");
  try {
    const response = await fetch(form.dataset.delete ?? "", { method: "DELETE", headers: { Accept: "application/json", "Accept-Language": document.documentElement.lang }, redirect: "error" });
    if (response.ok || response.status === 404) {
      form.closest("tr")?.remove();
      announce(text("admin-deleted"));
      one("#shares-title").focus();
    } else {
      trouble(text("admin-not-deleted", { status: String(response.status) }));
    }
  } catch {
    trouble(text("admin-unreachable"));
  }
}

for (const form of document.querySelectorAll("form[data-delete]")) {
  form.addEventListener("submit", (event) => {
    if (!(form instanceof HTMLFormElement)) return;
    event.preventDefault();
    chosen = form;
    dialog.returnValue = "";
    one('[data-slot="id"]', dialog).textContent = form.dataset.delete?.split("/").pop() ?? "";
    dialog.showModal();
  });
}
dialog.addEventListener("close", () => {
  if (dialog.returnValue === "delete" && chosen) void remove(chosen);
});
localiseTimes();
