// A button that cannot be pressed yet, and says for how long.
import { text } from "./dom.js";

/** @param {number} seconds as a clock shows them: 1:05 */
function clock(seconds) {
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
}

/**
 * Counts down on a button, which keeps the focus meanwhile: it is marked as disabled, and whoever listens to its presses has to look.
 * @param {HTMLElement} button
 * @param {number} seconds
 * @param {() => void} [done]
 * @returns {() => void} ends the wait early
 */
export function countdown(button, seconds, done = () => {}) {
  const label = button.textContent ?? "";
  const end = Date.now() + seconds * 1000;
  const stop = () => {
    clearInterval(timer);
    button.removeAttribute("aria-disabled");
    button.textContent = label;
  };
  const tick = () => {
    const left = Math.ceil((end - Date.now()) / 1000);
    if (left > 0) {
      button.textContent = text("error-again-in", { time: clock(left) });
    } else {
      stop();
      done();
    }
  };
  const timer = setInterval(tick, 250);
  button.setAttribute("aria-disabled", "true");
  tick();
  return stop;
}

/** @param {HTMLElement} button */
export function waits(button) {
  return button.getAttribute("aria-disabled") === "true";
}
