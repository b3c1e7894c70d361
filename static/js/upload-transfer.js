// The request itself: how far it is, how fast it goes, and how it ended.

/** @typedef {{sent: number, size: number, speed: number, left: number}} Progress Bytes, bytes a second (0 while unknown), seconds. */
/** @typedef {{kind: "answered", status: number, words: string, wait: number} | {kind: "lost"} | {kind: "cancelled"}} Outcome */

/** A speed that is said changes slowly: each sample counts as much as the last few seconds leave to it. */
const MEMORY_SECONDS = 4;
const SAMPLE_SECONDS = 0.25;
/** Before that, a guess at the time left would only jump. */
const WARM_UP_SECONDS = 2;

/** @param {number} began */
function speedometer(began) {
  let speed = 0;
  let before = { at: began, sent: 0 };
  /** @param {number} sent @param {number} at milliseconds */
  return (sent, at) => {
    const seconds = (at - before.at) / 1000;
    if (seconds >= SAMPLE_SECONDS) {
      const now = (sent - before.sent) / seconds;
      speed += (speed === 0 ? 1 : 1 - Math.exp(-seconds / MEMORY_SECONDS)) * (now - speed);
      before = { at, sent };
    }
    return at - began < WARM_UP_SECONDS * 1000 ? 0 : speed;
  };
}

/**
 * @param {string} url
 * @param {FormData} data
 * @param {(progress: Progress) => void} tell
 * @returns {{outcome: Promise<Outcome>, cancel: () => void}}
 */
export function transfer(url, data, tell) {
  const request = new XMLHttpRequest();
  const speedAt = speedometer(performance.now());
  request.upload.addEventListener("progress", ({ loaded, total }) => {
    const speed = speedAt(loaded, performance.now());
    tell({ sent: loaded, size: total, speed, left: speed > 0 ? (total - loaded) / speed : 0 });
  });
  /** @type {Promise<Outcome>} */
  const outcome = new Promise((resolve) => {
    request.addEventListener("load", () => {
      const wait = Number(request.getResponseHeader("Retry-After"));
      resolve({ kind: "answered", status: request.status, words: request.responseText, wait: wait > 0 ? wait : 0 });
    });
    request.addEventListener("error", () => resolve({ kind: "lost" }));
    request.addEventListener("abort", () => resolve({ kind: "cancelled" }));
  });
  request.open("POST", url);
  request.setRequestHeader("Accept", "application/json");
  request.setRequestHeader("Accept-Language", document.documentElement.lang);
  request.send(data);
  return { outcome, cancel: () => request.abort() };
}
