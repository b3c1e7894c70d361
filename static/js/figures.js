// The operator's figures, kept up to date while somebody looks at them.
import { bars, diskBar } from "./charts.js";
import { clockWords, one, sizeWords, text } from "./dom.js";
import { get } from "./http.js";
import { leave } from "./session.js";
import { setServerTime, showTimes } from "./times.js";

const LOOK_EVERY_MS = 5000;
/** @typedef {Record<string, number | string>} Hour */

let looking = false;
/** @type {ReturnType<typeof setTimeout> | undefined} */
let next;
/** What the page showed first of the counts by state; the list below is as old. */
const listed = counts((state) => Number(one(`[data-state="${state}"]`).textContent));

/** @param {(state: string) => unknown} of */
function counts(of) {
  const places = [...document.querySelectorAll("[data-state]")];
  return places.map((place) => String(of(place.getAttribute("data-state") ?? ""))).join(" ");
}

/** @param {string} selector @param {(place: HTMLElement) => number | undefined} value */
function fillAll(selector, value) {
  for (const place of document.querySelectorAll(selector)) {
    if (!(place instanceof HTMLElement)) continue;
    const count = value(place);
    if (count !== undefined) place.textContent = place.dataset.as === "size" ? sizeWords(count) : String(count);
  }
}

/**
 * Says how things stand; what has not changed is not read out again.
 * @param {string[]} needs
 */
function judge(needs) {
  const list = one("#needs");
  const before = [...list.children].map((need) => need.textContent ?? "");
  if (before.join("\n") === needs.join("\n")) return;
  list.replaceChildren(...needs.map((need) => Object.assign(document.createElement("li"), { textContent: need })));
  list.hidden = needs.length === 0;
  one("#verdict").textContent = needs.length === 0 ? text("admin-well") : text("admin-look");
  one(".verdict").classList.toggle("verdict-look", needs.length > 0);
}

/** @param {Hour[]} day the last hours, the present one last */
function showDay(day) {
  const of = (/** @type {Hour} */ hour, /** @type {string} */ what) => Number(hour[what] ?? 0);
  fillAll("[data-sum]", (place) => day.reduce((sum, hour) => sum + of(hour, place.dataset.sum ?? ""), 0));
  for (const chart of document.querySelectorAll(".chart svg")) {
    const paths = [...chart.querySelectorAll("[data-bars]")];
    const series = paths.map((path) => day.map((hour) => of(hour, path.getAttribute("data-bars") ?? "")));
    const most = Math.max(0, ...series.flat());
    paths.forEach((path, place) => path.setAttribute("d", bars(series[place] ?? [], most, path.classList.contains("down"))));
  }
  for (const marks of document.querySelectorAll(".hours")) {
    marks.querySelectorAll("time").forEach((mark, place) => { mark.dateTime = String(day[place * 8]?.["hour"] ?? ""); });
  }
  const rows = one("#hours").querySelectorAll("tr");
  rows.forEach((row, place) => {
    const hour = day[day.length - 1 - place];
    const time = row.querySelector("time");
    if (!hour || !time) return;
    time.dateTime = String(hour["hour"]);
    for (const cell of row.querySelectorAll("td")) {
      const count = of(hour, cell.dataset.count ?? "");
      cell.textContent = cell.dataset.as === "size" ? sizeWords(count) : String(count);
    }
  });
}

/** @param {Record<string, any>} stats */
function show(stats) {
  setServerTime(stats.at);
  const other = Math.max(stats.disk_bytes - stats.free_bytes - stats.bytes, 0);
  fillAll("[data-figure]", (place) => ({ ...stats, other })[place.dataset.figure ?? ""]);
  fillAll("[data-state]", (place) => stats.shares[place.dataset.state ?? ""]);
  for (const place of document.querySelectorAll("[data-state]")) {
    const link = place.closest("a");
    const line = place.closest("li");
    if (link && line) line.hidden = place.textContent === "0" && !link.hasAttribute("aria-current");
  }
  const bar = Object.entries(diskBar(/** @type {any} */ (stats)));
  for (const [part, path] of bar) document.querySelector(`[data-disk="${part}"]`)?.setAttribute("d", path);
  const sweep = document.querySelector("#last-sweep");
  if (sweep instanceof HTMLTimeElement && stats.last_sweep_at) sweep.dateTime = stats.last_sweep_at;
  showDay(stats.last_24h);
  one("#changed").hidden = counts((state) => stats.shares[state]) === listed;
  judge(stats.attention.map((/** @type {{detail: string}} */ need) => need.detail));
  one("#freshness").textContent = text("admin-fresh", { time: clockWords(new Date()) });
}

async function look() {
  clearTimeout(next);
  if (document.hidden || looking) return;
  looking = true;
  const answer = await get("/admin/stats");
  looking = false;
  if (answer.ok) show(answer.body);
  else if (answer.problem.status === 401) return leave();
  else judge([answer.problem.detail ?? text("admin-unreachable")]);
  showTimes();
  next = setTimeout(() => { void look(); }, LOOK_EVERY_MS);
}

const freshness = document.querySelector("#freshness time");
if (freshness instanceof HTMLTimeElement) setServerTime(freshness.dateTime);
showTimes();
document.addEventListener("visibilitychange", () => { void look(); });
void look();
