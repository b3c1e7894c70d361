// The page of a refusal: counts the wait down, if one was named, and keeps the key in the address.
import { announce, enableCopying, text } from "./dom.js";
import { countdown, waits } from "./wait.js";

const again = document.querySelector('[data-do="again"]');
const wait = document.querySelector('[data-slot="wait"]');

if (again instanceof HTMLAnchorElement) {
  again.addEventListener("click", (event) => {
    // The link leads to this address without what stands after #, which may be a key.
    const keepsKey = location.hash !== "";
    if (waits(again) || keepsKey) event.preventDefault();
    if (keepsKey && !waits(again)) location.reload();
  });
  const seconds = wait instanceof HTMLElement ? Number(wait.dataset.seconds) : 0;
  if (wait instanceof HTMLElement && seconds > 0) {
    countdown(again, seconds, () => {
      wait.hidden = true;
      announce(text("error-now"));
    });
  }
}
enableCopying();
