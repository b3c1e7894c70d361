// Lighthouse's opinion of the two pages everybody sees. Accessibility and best practices must hold; performance is only told, because
// it depends on the machine; the search engines' score is told and meant to be bad, because no page is for them.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, randomFile, test, upload } from "../helper.ts";

const PROGRAM = join(import.meta.dirname, "../lighthouse/node_modules/lighthouse/cli/index.js");
const RUNS = 3;
const LIMIT = 60 * 1024;
const FLAGS = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update", "--no-first-run"];

interface Report {
  categories: Record<string, { score: number | null }>;
  audits: Record<string, { score: number | null; scoreDisplayMode: string; details?: { items?: Record<string, unknown>[] } }>;
  runtimeError?: { message: string };
}

/** One run, by the program as anybody would call it, with a profile that is thrown away. */
function look(url: string): Report {
  const folder = mkdtempSync(join(tmpdir(), "ots-lighthouse-"));
  try {
    const chrome = [...FLAGS, `--user-data-dir=${folder}`].join(" ");
    const env = { ...process.env, CHROME_PATH: process.env["CHROMIUM"] ?? "/usr/bin/chromium", NODE_OPTIONS: "" };
    const args = [PROGRAM, url, "--quiet", "--output=json", "--no-enable-error-reporting", `--chrome-flags=${chrome}`];
    return JSON.parse(execFileSync(process.execPath, args, { env, encoding: "utf8", maxBuffer: 1 << 28, timeout: 120_000 }));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const items = (report: Report, audit: string) => report.audits[audit]?.details?.items ?? [];
const score = (report: Report, category: string) => Math.round(100 * (report.categories[category]?.score ?? 0));

test("Lighthouse finds nothing to say about the upload page and the landing page", async ({ visitor, server }) => {
  const { link } = await upload(await visitor(), randomFile(100_000));
  for (const [name, url] of [
    ["upload page", `${server.url}/`],
    ["landing page", link],
  ] as const) {
    const reports = Array.from({ length: RUNS }, () => look(url));
    const performance = reports.map((report) => score(report, "performance")).sort((one, other) => one - other);
    for (const report of reports) {
      expect(report.runtimeError, name).toBeUndefined();
      const requests = items(report, "network-requests");
      const bytes = requests.reduce((sum, { transferSize }) => sum + Number(transferSize ?? 0), 0);
      const others = requests.map((request) => String(request["url"])).filter((address) => !address.startsWith(`${server.url}/`));
      const low = Object.entries(report.audits).filter(([, { score, scoreDisplayMode }]) => scoreDisplayMode === "binary" && score === 0);
      if (report === reports[0]) {
        const others = Object.keys(report.categories).filter((category) => category !== "performance");
        const scores = others.map((category) => `${category} ${score(report, category)}`).join(", ");
        console.log(`${name}: ${scores}, performance ${performance.join("/")} in ${RUNS} runs, ${bytes} bytes in ${requests.length} requests`);
        console.log(`  not met: ${low.map(([audit]) => audit).join(", ") || "nothing"}`);
      }
      for (const category of ["accessibility", "best-practices"]) expect(score(report, category), `${name}: ${category}`).toBeGreaterThanOrEqual(99);
      expect(bytes, `${name}: bytes`).toBeLessThanOrEqual(LIMIT);
      expect(others, `${name}: requests to anybody else`).toEqual([]);
      expect(items(report, "errors-in-console"), `${name}: console`).toEqual([]);
    }
  }
});
