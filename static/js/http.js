// Questions to the server, and its answers: a body for a yes, a problem (RFC 9457) for a no.

/** @typedef {{status: number, title?: string, detail?: string, tries_left?: number, retry_after?: number, state?: string, at?: string}} Problem */
/** @typedef {{ok: true, body: Record<string, any>} | {ok: false, problem: Problem}} Answer */

/** The problem's sentences come in the page's language. */
const HEADERS = { Accept: "application/json", "Accept-Language": document.documentElement.lang };

/**
 * @param {string} text
 * @returns {Record<string, any>}
 */
export function parse(text) {
  try {
    const value = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}

/**
 * @param {string} url
 * @param {RequestInit} options
 * @returns {Promise<Answer>} with status 0 where no answer came
 */
async function ask(url, options) {
  try {
    const response = await fetch(url, { cache: "no-store", redirect: "error", ...options, headers: HEADERS });
    const body = parse(await response.text());
    if (response.ok) return { ok: true, body };
    const waiting = Number(response.headers.get("Retry-After"));
    return { ok: false, problem: { retry_after: waiting > 0 ? waiting : undefined, ...body, status: response.status } };
  } catch {
    return { ok: false, problem: { status: 0 } };
  }
}

/**
 * @param {string} url
 * @param {Record<string, string>} fields
 */
export function post(url, fields) {
  return ask(url, { method: "POST", body: new URLSearchParams(fields) });
}

/** @param {string} url */
export function get(url) {
  return ask(url, {});
}
