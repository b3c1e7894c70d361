// The passphrase: shown or hidden, suggested, and what it is worth; and how much room a text has left.
import { control, one, sizeWords, text } from "./dom.js";

/** As the server has it. */
const MOST_TEXT = 1024 * 1024;
const SUGGESTED_WORDS = 5;
/** Guesses, in powers of two: from here on somebody who knows a person does not find it in a few tries. */
const FAIR = 28;
/** From here on the derivation keeps even the owner of a stolen disk busy for years. */
const STRONG = 45;

const field = control("#passphrase", HTMLInputElement);
const part = control("#passphrase-part", HTMLDetailsElement);
const reveal = one('[data-do="reveal"]');
const suggest = one('[data-do="suggest"]');
const area = control("#text", HTMLTextAreaElement);
let suggested = "";

/** @returns {string} empty where there is none */
export const passphrase = () => (part.open ? field.value : "");

/** Whether it came from here: only then may the page show it once more. */
export const wasSuggested = () => suggested !== "" && passphrase() === suggested;

export function forgetPassphrase() {
  field.value = "";
  suggested = "";
  part.open = false;
  say("");
}

/**
 * How many guesses somebody needs who tries words, years and repetitions first; as a power of two, and rather too low than too high.
 * @param {string} words
 */
function guessBits(words) {
  const runs = words.match(/\p{L}+|\p{N}+|[^\p{L}\p{N}]+/gu) ?? [];
  const seen = new Set();
  let bits = 0;
  for (const run of runs) {
    const plain = run.toLowerCase();
    const kinds = new Set(plain).size;
    if (seen.has(plain)) bits += 1;
    else if (kinds * 2 < run.length || (run.length > 2 && "abcdefghijklmnopqrstuvwxyz qwertyuiop asdfghjkl 01234567890".includes(plain))) bits += 3 + kinds;
    else if (/^\p{L}{3,}$/u.test(run)) bits += 11 * Math.ceil(run.length / 9) + (/^\p{Lu}?\p{Ll}+$/u.test(run) ? 0 : 3);
    else if (/^(19|20)\d\d$/.test(run)) bits += 6;
    else bits += kinds * (/^\p{L}/u.test(run) ? 5 : /^\p{N}/u.test(run) ? 3 : 4);
    seen.add(plain);
  }
  return bits;
}

/** @param {string} words */
function say(words) {
  one('[data-slot="strength"]').textContent = words;
}

function judge() {
  const { value } = field;
  if (value === "") say("");
  else if (value === suggested) say(text("upload-suggested"));
  else if (new TextEncoder().encode(value).length < 8) say(text("upload-strength-short"));
  else {
    const bits = guessBits(value);
    say(bits < FAIR ? text("upload-strength-weak") : bits < STRONG ? text("upload-strength-fair") : text("upload-strength-strong"));
  }
}

/** @param {boolean} shown */
function showPassphrase(shown) {
  field.type = shown ? "text" : "password";
  reveal.setAttribute("aria-pressed", String(shown));
  reveal.textContent = text(shown ? "upload-passphrase-hide" : "upload-passphrase-show");
}

/**
 * A number below `end`, each equally likely: what does not divide evenly is drawn again.
 * @param {number} end
 */
function draw(end) {
  const even = 0x10000 - (0x10000 % end);
  for (;;) {
    const [number = 0] = crypto.getRandomValues(new Uint16Array(1));
    if (number < even) return number % end;
  }
}

async function suggestOne() {
  const { words: url = "", integrity = "" } = suggest.dataset;
  try {
    const answer = await fetch(url, { integrity });
    if (!answer.ok) throw new Error(`words: ${answer.status}`);
    const words = (await answer.text()).split("\n").filter(Boolean);
    suggested = Array.from({ length: SUGGESTED_WORDS }, () => words[draw(words.length)]).join("-");
  } catch {
    say(text("upload-suggest-failed"));
    return;
  }
  field.value = suggested;
  showPassphrase(true);
  judge();
}

/** How many bytes the text has. */
export function textBytes() {
  return new TextEncoder().encode(area.value).length;
}

/** @returns {boolean} whether the text is short enough */
export function textFits() {
  return textBytes() <= MOST_TEXT;
}

function sayRoom() {
  const left = MOST_TEXT - textBytes();
  one("#text-room").textContent = left >= 0 ? text("upload-text-room", { size: sizeWords(left) }) : text("upload-text-over", { size: sizeWords(-left) });
  area.setAttribute("aria-invalid", String(left < 0));
}

export function enableOptions() {
  reveal.hidden = false;
  suggest.hidden = false;
  reveal.addEventListener("click", () => showPassphrase(field.type === "password"));
  suggest.addEventListener("click", () => { void suggestOne(); });
  field.addEventListener("input", judge);
  area.addEventListener("input", sayRoom);
  part.addEventListener("toggle", () => {
    if (part.open) field.focus();
    else forgetPassphrase();
    showPassphrase(false);
  });
  sayRoom();
}
