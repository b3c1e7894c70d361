// Links, keys and tickets, as this browser holds them.

const KEPT_DAYS = 8;
const STORE = "onetimeshare.ticket.";

/** The share's id: the second part of the path. Empty where the path is none of a share's. */
export function shareId() {
  const id = location.pathname.split("/")[2] ?? "";
  return /^[0-9a-fA-F-]{32,36}$/.test(id) ? id : "";
}

/**
 * The key in a link, in its fragment or in what somebody typed: exactly 43 characters, whatever mail programs and trackers appended.
 * @param {string} words
 * @returns {string} empty where there is none
 */
export function keyIn(words) {
  const after = words.slice(words.lastIndexOf("#") + 1).trim();
  return /^[A-Za-z0-9_-]{43}/.exec(after)?.[0] ?? "";
}

export function keyInAddress() {
  return location.hash === "" ? "" : keyIn(location.hash);
}

/** The end has been shown: the key opens nothing any more and need not stay in the history. */
export function forgetAddress() {
  history.replaceState(null, "", location.pathname + location.search);
}

/**
 * The ticket this browser has drawn for a share and not used up.
 * @param {string} id
 * @returns {string} empty where there is none
 */
export function storedTicket(id) {
  try {
    const [ticket = ""] = (localStorage.getItem(STORE + id) ?? "").split(" ");
    return keyIn(ticket);
  } catch {
    return "";
  }
}

/**
 * The ticket for a share: the one that was drawn before, so that a reopened page continues, or a fresh one.
 * @param {string} id
 */
export function ticketFor(id) {
  const stored = storedTicket(id);
  if (stored) return stored;
  const bytes = crypto.getRandomValues(new Uint8Array(32));
  const ticket = btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
  try {
    localStorage.setItem(STORE + id, `${ticket} ${Date.now()}`);
  } catch {
    // A browser that keeps nothing can still collect; only a reopened page starts over.
  }
  return ticket;
}

/**
 * A message is not downloaded but shown: a page that goes on with it has to know, and how long it is.
 * @param {string} id
 * @param {number} size
 */
export function noteText(id, size) {
  try {
    const [ticket, drawn] = (localStorage.getItem(STORE + id) ?? "").split(" ");
    if (ticket && drawn) localStorage.setItem(STORE + id, `${ticket} ${drawn} ${size}`);
  } catch {
    // A browser that keeps nothing goes on with a download instead.
  }
}

/**
 * How many bytes the message has that this browser began to fetch.
 * @param {string} id
 * @returns {number} 0 where it is none
 */
export function textSize(id) {
  try {
    return Number((localStorage.getItem(STORE + id) ?? "").split(" ")[2] ?? 0) || 0;
  } catch {
    return 0;
  }
}

/** @param {string} id */
export function forgetTicket(id) {
  try {
    localStorage.removeItem(STORE + id);
  } catch {
    // It was never kept.
  }
}

/** Drops tickets whose shares have surely ended. */
export function forgetOldTickets() {
  try {
    for (const name of Object.keys(localStorage)) {
      if (!name.startsWith(STORE)) continue;
      const drawn = Number((localStorage.getItem(name) ?? "").split(" ")[1]);
      if (!(Date.now() - drawn < KEPT_DAYS * 86_400_000)) localStorage.removeItem(name);
    }
  } catch {
    // Nothing is kept.
  }
}
