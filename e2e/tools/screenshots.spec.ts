// Takes a picture of every state of states.ts, light and dark, on a phone and on a desktop, and writes them to docs/screenshots/. The
// server is behind TLS under a name, as a real one is; fonts are those of a common desktop.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, type Page, chromium, expect, test } from "@playwright/test";
import base from "../playwright.config.ts";
import { Line } from "../line.ts";
import { Server } from "../server.ts";
import { ORIGIN, STATES, contextOf } from "./states.ts";

const TARGET = process.env["SCREENSHOTS"] ?? join(import.meta.dirname, "../../docs/screenshots");
const SIZES = { phone: { width: 390, height: 844 }, desktop: { width: 1280, height: 800 } };
const THEMES = ["light", "dark"] as const;

const FONTS = `<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><include>/etc/fonts/fonts.conf</include>
${["system-ui", "sans-serif"].map((family) => `<match target="pattern"><test name="family"><string>${family}</string></test><edit name="family" mode="prepend" binding="strong"><string>Inter</string></edit></match>`).join("\n")}
</fontconfig>`;

let folder = "";

test.beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "ots-screenshots-"));
  writeFileSync(join(folder, "fonts.conf"), FONTS);
  const name = new URL(ORIGIN).hostname;
  const certificate = ["-subj", `/CN=${name}`, "-addext", `subjectAltName=DNS:${name}`, "-days", "2", "-keyout", join(folder, "key"), "-out", join(folder, "certificate")];
  execFileSync("openssl", ["req", "-x509", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", ...certificate], { stdio: "ignore" });
  mkdirSync(TARGET, { recursive: true });
});
test.afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A browser that finds the name at the end of the line. */
function launch(port: number): Promise<Browser> {
  const { executablePath, args } = base.use?.launchOptions ?? {};
  return chromium.launch({
    ...(executablePath ? { executablePath } : {}),
    args: [...(args ?? []), `--host-resolver-rules=MAP ${new URL(ORIGIN).hostname}:443 127.0.0.1:${port}`, "--font-render-hinting=none"],
    env: { ...process.env, FONTCONFIG_FILE: join(folder, "fonts.conf") } as Record<string, string>,
  });
}

/** Puts the same words where every run has others: ids, keys, references, dates and times. */
function settle(page: Page): Promise<void> {
  return page.evaluate(() => {
    // Today is the fourth of May; other days keep their distance.
    const moved = (date: string, long: boolean, year?: string) => {
      const today = new Date().toISOString().slice(0, 10);
      const days = Math.round((Date.parse(`${date}${year ? "" : ` ${today.slice(0, 4)}`} UTC`) - Date.parse(today)) / 86_400_000);
      if (Number.isNaN(days) || Math.abs(days) > 40) return date;
      const format: Intl.DateTimeFormatOptions = { day: "numeric", month: long ? "long" : "short", timeZone: "UTC" };
      if (year) format.year = "numeric";
      return new Date(Date.UTC(2026, 4, 4 + days)).toLocaleDateString("en-GB", format);
    };
    const same = (text: string) =>
      text
        .replace(/[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, "0b54ad5e-3f0c-4c1d-9a53-6f1d2f6b7c10")
        .replace(/\b[0-9a-f]{16}\b/g, "4f8a21c09be37d56")
        .replace(/(?<=#)[A-Za-z0-9_-]{43}/g, "Jx0pFKi13q1rQdmz4798QtRI9ZgJR2f1rJiCuB0XfSt")
        // A countdown is no time of day.
        .replace(/(?<!\bin )\b\d{1,2}:\d{2}(:\d{2})?\b/g, (_, seconds) => (seconds ? "09:41:00" : "09:41"))
        .replace(/\b(\d{1,2}) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)([a-z]*)( 20\d\d)?\b/g, (date, _day, _month, rest, year) => moved(date, Boolean(rest), year));
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.parentElement?.closest("figure, svg")) continue;
      const text = node.nodeValue ?? "";
      if (same(text) !== text) node.nodeValue = same(text);
    }
    for (const input of document.querySelectorAll("input")) {
      if (input.readOnly) input.value = same(input.value);
    }
    (document.activeElement as HTMLElement | null)?.blur();
  });
}

for (const { name, settings = {}, reach } of STATES) {
  test(name, async () => {
    test.setTimeout(180_000);
    const server = await Server.start({ PUBLIC_URL: ORIGIN, DELIVERY_GRACE: "0", ...settings });
    const line = await Line.to(server.url, { key: readFileSync(join(folder, "key")), cert: readFileSync(join(folder, "certificate")) });
    const browser = await launch(line.port);
    try {
      const person = async (options = {}) => (await contextOf(browser, options)).newPage();
      const page = await reach({ server, line, person });
      const bare = await page.evaluate(() => [...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].filter((link) => !link.sheet).map((link) => link.href));
      expect(bare, "every stylesheet arrived").toEqual([]);
      for (const theme of THEMES) {
        await page.emulateMedia({ colorScheme: theme });
        for (const [device, size] of Object.entries(SIZES)) {
          await page.setViewportSize(size);
          await page.mouse.move(0, 0);
          await settle(page);
          await page.screenshot({ path: join(TARGET, `${name}-${theme}-${device}.png`), fullPage: true, caret: "hide", animations: "disabled" });
        }
      }
    } finally {
      await browser.close();
      await line.close();
      await server.stop();
    }
  });
}
