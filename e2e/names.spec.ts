// Names a browser sends and a browser saves. PROVE=tenth or full does it 500 or 5,000 times and keeps the outcome;
// OTS_TEST_SEED repeats a printed seed.

import { randomInt } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { Page } from "@playwright/test";
import { expect, test } from "./helper.ts";
import { chromiumSaves, cleaned, isRefused, nameIn, names, namesByPython } from "./names.ts";
import { program } from "./server.ts";

const SCALE = process.env["PROVE"] || "quick";
const COUNT = { quick: 40, tenth: 500, full: 5000 }[SCALE] ?? 0;
const PAGES = SCALE === "quick" ? 2 : 4;
const BATCH = 20;

interface Outcome {
  raw: string;
  status: number;
  name?: string;
  download?: string;
  disposition?: string;
}

/** Uploads and reserves in the page, by the browser's own encoder of forms. Names travel as code units: some are no text. */
function exchange(page: Page, batch: string[]): Promise<Outcome[]> {
  const units = batch.map((raw) => Array.from({ length: raw.length }, (_, place) => raw.charCodeAt(place)));
  const run = async (names: number[][]) => {
    const accept = { accept: "application/json" };
    return Promise.all(
      names.map(async (units) => {
        const form = new FormData();
        form.append("file", new File([JSON.stringify(units)], String.fromCharCode(...units)));
        const uploaded = await fetch("/upload", { method: "POST", body: form, headers: accept });
        if (uploaded.status !== 201) return { status: uploaded.status };
        const link = new URL((await uploaded.json()).link);
        const body = new URLSearchParams({ key: link.hash.slice(1) });
        const reserved = await (await fetch(link.pathname, { method: "POST", body, headers: accept })).json();
        const head = await fetch(reserved.download, { method: "HEAD" });
        return { status: 201, name: reserved.name, download: reserved.download, disposition: head.headers.get("content-disposition") ?? "" };
      }),
    );
  };
  return page.evaluate(run, units).then((outcomes) => outcomes.map((outcome, index) => ({ raw: batch[index] ?? "", ...outcome })));
}

/** Follows a link to the bytes as a recipient's page does; the name under which the browser would save them. */
async function saved(page: Page, { raw, download }: Outcome): Promise<string> {
  const downloading = page.waitForEvent("download");
  await page.evaluate((href) => {
    const link = document.createElement("a");
    link.href = href;
    document.body.append(link);
    link.click();
    link.remove();
  }, download ?? "");
  const got = await downloading;
  const units = JSON.parse(readFileSync(await got.path(), "utf8"));
  expect(String.fromCharCode(...units), "each name got its own bytes").toBe(raw);
  const name = got.suggestedFilename();
  await got.delete();
  return name;
}

test(`${COUNT} names go through the browser and come back clean`, async ({ visitor }) => {
  test.setTimeout(SCALE === "quick" ? 90_000 : 20 * 60_000);
  const begun = Date.now();
  const seed = Number(process.env["OTS_TEST_SEED"] || randomInt(2 ** 32)) >>> 0;
  console.log(`names (${SCALE}): OTS_TEST_SEED=${seed}`);
  expect(COUNT, "PROVE is 'tenth', 'full', or not set").toBeGreaterThan(0);
  const queue = names(COUNT, seed);

  const wrong: string[] = [];
  const headers: string[] = [];
  const expected: string[] = [];
  let refused = 0;
  let unchanged = 0;
  const work = async () => {
    const page = await visitor();
    page.on("dialog", (dialog) => {
      wrong.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    page.on("response", (response) => {
      if (response.status() >= 500) wrong.push(`${response.status()} at ${response.url()}`);
    });
    await page.goto("/");
    for (let batch = queue.splice(0, BATCH); batch.length > 0; batch = queue.splice(0, BATCH)) {
      for (const outcome of await exchange(page, batch)) {
        const { raw, status, name, disposition = "" } = outcome;
        const shown = JSON.stringify(raw.slice(0, 200));
        if (isRefused(raw) || status !== 201) {
          if (!isRefused(raw) || status < 400 || status > 499) wrong.push(`${shown}: answered ${status}`);
          refused += 1;
          continue;
        }
        const want = cleaned(raw);
        if (name !== want) wrong.push(`${shown}: the recipient is told ${JSON.stringify(name)}, not ${JSON.stringify(want)}`);
        if (nameIn(disposition) !== want) wrong.push(`${shown}: the header says ${disposition}`);
        headers.push(disposition);
        expected.push(want);
        const suggested = await saved(page, outcome);
        if (suggested === want) unchanged += 1;
        else if (suggested !== chromiumSaves(want)) wrong.push(`${shown}: saved as ${JSON.stringify(suggested)}, not ${JSON.stringify(want)}`);
      }
    }
  };
  await Promise.all(Array.from({ length: PAGES }, work));

  const byPython = namesByPython(headers);
  if (!byPython) console.log("names: python3 is not here; the headers were read by node alone");
  byPython?.forEach(([byEmail, byUrllib], index) => {
    const want = expected[index];
    if (byEmail !== want || byUrllib !== want) wrong.push(`Python reads ${JSON.stringify([byEmail, byUrllib])}, not ${JSON.stringify(want)}`);
  });
  expect(wrong).toEqual([]);
  expect(expected.length, "most names are not refused").toBeGreaterThan(COUNT / 2);

  const figures = { names: COUNT, saved: expected.length, "saved exactly as sent by the server": unchanged, refused, "read by Python": byPython?.length ?? 0, wrong: wrong.length };
  console.log(`names: holds after ${Math.round((Date.now() - begun) / 1000)} s; ${JSON.stringify(figures)}`);
  if (SCALE !== "quick") record(seed, begun, figures);
});

/** Keeps the outcome where the other parts of the proof keep theirs. */
function record(seed: number, begun: number, figures: Record<string, number>) {
  // The program lies in <target>/<profile>.
  const folder = join(dirname(dirname(program())), "prove", SCALE);
  mkdirSync(folder, { recursive: true });
  const now = Date.now();
  const [source, commit] = [process.env["PROVE_SOURCE"] ?? "", process.env["PROVE_COMMIT"] ?? ""];
  const outcome = { part: "names", scale: SCALE, seed, source, commit, ended: Math.round(now / 1000), seconds: Math.round((now - begun) / 1000), figures };
  writeFileSync(join(folder, "names.json"), `${JSON.stringify(outcome, null, 2)}\n`);
}
