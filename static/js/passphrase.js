// The field for a passphrase: shows what is typed, on demand, and says when Caps Lock is on.
import { control, one } from "./dom.js";

const field = control("#passphrase", HTMLInputElement);
const eye = control('[data-do="show-passphrase"]', HTMLButtonElement);
const capsLock = one("#caps-lock");

eye.hidden = false;
eye.addEventListener("click", () => {
  const shown = field.type === "text";
  field.type = shown ? "password" : "text";
  eye.setAttribute("aria-pressed", String(!shown));
});

/** @param {KeyboardEvent} event */
function look(event) {
  capsLock.hidden = !event.getModifierState("CapsLock");
}

field.addEventListener("keydown", look);
field.addEventListener("keyup", look);
field.addEventListener("blur", () => { capsLock.hidden = true; });
