// Every page and state there is a picture of, and how a visitor gets there. The order is the order of a share's life.

import type { Browser, BrowserContext, Page } from "@playwright/test";
import { ADMIN, COLLECT, DELIVERY, GONE, READY, STATUS, UPLOAD } from "../handles.ts";
import { type Links, expect, idOf, keyOf, randomFile } from "../helper.ts";
import type { Line } from "../line.ts";
import { ADMIN_PASSWORD, type Server } from "../server.ts";

export const ORIGIN = "https://drop.example.org";
const UNKNOWN = "/d/00000000-0000-4000-8000-000000000000";
const PASSPHRASE = "correct horse battery";
const MIB = 1024 * 1024;
const FILE = { name: "Holiday photos 2026.zip", bytes: 24 * MIB };
const SMALL = { name: "Quarterly report.pdf", bytes: 420_000 };
const SEVERAL = [SMALL, { name: "Plan of the second floor.dwg", bytes: 2_300_000 }, { name: "Keys and doors.xlsx", bytes: 38_000 }];
const MESSAGE = "Door code: 4471#\nWifi: harbour-guest / seagull-lamp-23\n\nSee you at nine.";

/** Where a picture is taken: the server behind its line, and people. */
export interface Scene {
  server: Server;
  line: Line;
  person(options?: { javaScriptEnabled?: boolean; userAgent?: string }): Promise<Page>;
}

/** The settings a state needs from its server, where the usual ones do not lead to it. */
type State = { name: string; settings?: Record<string, string>; reach: (scene: Scene) => Promise<Page> };


async function chosen(scene: Scene, file: { name: string; bytes: number } = SMALL, options: Parameters<Scene["person"]>[0] = {}): Promise<Page> {
  const page = await scene.person(options);
  await page.goto("/");
  await page.setInputFiles(UPLOAD.file, { ...randomFile(file.bytes, file.name), mimeType: "application/octet-stream" });
  return page;
}

async function sent(scene: Scene, options: { passphrase?: string; file?: typeof FILE } = {}): Promise<Links & { page: Page }> {
  const page = await chosen(scene, options.file);
  if (options.passphrase) {
    await page.locator(UPLOAD.protect).click();
    await page.locator(UPLOAD.passphrase).fill(options.passphrase);
  }
  await page.locator(UPLOAD.submit).click();
  await expect(page.locator(READY.link)).toBeVisible();
  return { page, link: await page.locator(READY.link).inputValue(), statusLink: await page.locator(READY.statusLink).inputValue() };
}

/** A text that was sent instead of files. */
async function written(scene: Scene): Promise<Links> {
  const body = new FormData();
  body.set("text", MESSAGE);
  const answer = await fetch(`${scene.server.url}/upload`, { method: "POST", body, headers: { Accept: "application/json" } });
  const { link, status_link } = (await answer.json()) as { link: string; status_link: string };
  return { link, statusLink: status_link };
}

/** Opens a link afresh; somebody else's browser unless a page is given. */
async function opened(scene: Scene, link: string, shown: string, page?: Page): Promise<Page> {
  const visitor = page ?? (await scene.person());
  await visitor.goto("about:blank");
  await visitor.goto(link);
  await expect(visitor.locator(shown).first()).toBeVisible();
  return visitor;
}

/** Begins to collect without a browser: the reservation alone, or also all the bytes. */
async function taken(scene: Scene, link: string, bytes: "reserved" | "all"): Promise<void> {
  const headers = { Accept: "application/json", "User-Agent": "Mozilla/5.0" };
  const body = new URLSearchParams({ key: keyOf(link) });
  const answer = await fetch(`${scene.server.url}/d/${idOf(link)}`, { method: "POST", body, headers });
  const { download } = (await answer.json()) as { download: string };
  const path = new URL(download, scene.server.url).pathname;
  if (bytes === "reserved") return;
  await (await fetch(scene.server.url + path, { headers })).arrayBuffer();
  await fetch(`${scene.server.url + path}/ack`, { method: "POST", headers });
}

async function guessedWrong(scene: Scene, link: string, times: number): Promise<void> {
  for (let guess = 0; guess < times; guess += 1) {
    const body = new URLSearchParams({ key: keyOf(link), passphrase: `a wrong guess ${guess}` });
    await fetch(`${scene.server.url}/d/${idOf(link)}`, { method: "POST", body, headers: { Accept: "application/json", "User-Agent": "Mozilla/5.0" } });
  }
}

async function collecting(scene: Scene, link: string): Promise<Page> {
  const page = await opened(scene, link, COLLECT.submit);
  await page.locator(COLLECT.submit).click();
  return page;
}

/** A download that stands still in the middle. */
async function halfway(scene: Scene): Promise<Links & { recipient: Page }> {
  const { link, statusLink } = await sent(scene, { file: FILE });
  scene.line.hold({ down: 9 * MIB });
  const recipient = await collecting(scene, link);
  await expect(async () => expect(await recipient.locator(DELIVERY.progress).evaluate((bar: HTMLProgressElement) => bar.position)).toBeGreaterThan(0)).toPass();
  return { link, statusLink, recipient };
}

async function refusedPlainly(scene: Scene, prepare?: (page: Page) => Promise<void>, file = SMALL): Promise<Page> {
  const page = await chosen(scene, file, { javaScriptEnabled: false });
  await prepare?.(page);
  await page.locator(UPLOAD.submit).click();
  await expect(page.locator("h1")).toBeVisible();
  await expect(page.locator(UPLOAD.submit)).toHaveCount(0);
  return page;
}

async function wentTo(scene: Scene, path: string, options?: Parameters<Scene["person"]>[0]): Promise<Page> {
  const page = await scene.person(options);
  await page.goto(path);
  return page;
}

async function statusPage(scene: Scene, statusLink: string): Promise<Page> {
  return opened(scene, statusLink, STATUS.view);
}

export const STATES: State[] = [
  { name: "upload", reach: (scene) => wentTo(scene, "/") },
  { name: "upload-chosen", reach: (scene) => chosen(scene) },
  {
    name: "upload-several-passphrase",
    reach: async (scene) => {
      const page = await wentTo(scene, "/");
      await page.setInputFiles(UPLOAD.file, SEVERAL.map((file) => ({ ...randomFile(file.bytes, file.name), mimeType: "application/octet-stream" })));
      await page.locator(UPLOAD.protect).click();
      await page.locator(UPLOAD.passphrase).fill(PASSPHRASE);
      return page;
    },
  },
  {
    name: "upload-text",
    reach: async (scene) => {
      const page = await wentTo(scene, "/");
      await page.locator(UPLOAD.asText).check();
      await page.locator(UPLOAD.text).fill(MESSAGE);
      return page;
    },
  },
  {
    name: "upload-sending",
    reach: async (scene) => {
      scene.line.hold({ up: 10 * MIB });
      const page = await chosen(scene, FILE);
      await page.locator(UPLOAD.submit).click();
      await expect(async () => expect(await page.locator(UPLOAD.progress).evaluate((bar: HTMLProgressElement) => bar.position)).toBeGreaterThan(0.3)).toPass();
      return page;
    },
  },
  {
    name: "upload-failed",
    reach: async (scene) => {
      const page = await chosen(scene);
      scene.line.cut();
      await page.locator(UPLOAD.submit).click();
      await expect(page.locator(UPLOAD.failed)).toBeVisible();
      return page;
    },
  },
  { name: "upload-done", reach: async (scene) => (await sent(scene)).page },
  { name: "upload-done-passphrase", reach: async (scene) => (await sent(scene, { passphrase: PASSPHRASE })).page },
  {
    name: "upload-drops",
    reach: async (scene) => {
      const { page } = await sent(scene);
      await page.locator(READY.remember).check();
      await page.goto("/");
      await expect(page.locator(UPLOAD.drops).locator("li").first()).toBeVisible();
      return page;
    },
  },

  { name: "status-waiting", reach: async (scene) => statusPage(scene, (await sent(scene)).statusLink) },
  {
    name: "status-reserved",
    reach: async (scene) => {
      const { link, statusLink } = await sent(scene);
      await taken(scene, link, "reserved");
      return statusPage(scene, statusLink);
    },
  },
  { name: "status-delivering", reach: async (scene) => statusPage(scene, (await halfway(scene)).statusLink) },
  {
    name: "status-delivered",
    reach: async (scene) => {
      const { link, statusLink } = await sent(scene);
      await taken(scene, link, "all");
      return statusPage(scene, statusLink);
    },
  },
  {
    name: "status-locked",
    reach: async (scene) => {
      const { link, statusLink } = await sent(scene, { passphrase: PASSPHRASE });
      await guessedWrong(scene, link, 5);
      return statusPage(scene, statusLink);
    },
  },
  {
    name: "status-revoked",
    reach: async (scene) => {
      const { link, statusLink } = await sent(scene);
      const body = new URLSearchParams({ owner: keyOf(statusLink), action: "revoke" });
      await fetch(`${scene.server.url}/s/${idOf(link)}`, { method: "POST", body, headers: { Accept: "application/json" } });
      return statusPage(scene, statusLink);
    },
  },

  { name: "landing", reach: async (scene) => opened(scene, (await sent(scene)).link, COLLECT.name) },
  { name: "landing-no-script", reach: async (scene) => opened(scene, (await sent(scene)).link, COLLECT.key, await scene.person({ javaScriptEnabled: false })) },
  { name: "landing-passphrase", reach: async (scene) => opened(scene, (await sent(scene, { passphrase: PASSPHRASE })).link, COLLECT.passphrase) },
  {
    name: "landing-wrong-passphrase",
    reach: async (scene) => {
      const page = await opened(scene, (await sent(scene, { passphrase: PASSPHRASE })).link, COLLECT.passphrase);
      await page.locator(COLLECT.passphrase).fill("a wrong guess");
      await page.locator(COLLECT.submit).click();
      await expect(page.locator(COLLECT.trouble)).toBeVisible();
      return page;
    },
  },
  {
    name: "landing-locked",
    reach: async (scene) => {
      const { link } = await sent(scene, { passphrase: PASSPHRASE });
      await guessedWrong(scene, link, 5);
      return opened(scene, link, COLLECT.locked);
    },
  },
  {
    name: "landing-held",
    reach: async (scene) => {
      const { link } = await sent(scene);
      await taken(scene, link, "reserved");
      const page = await collecting(scene, link);
      await expect(page.locator(COLLECT.trouble)).toBeVisible();
      return page;
    },
  },
  { name: "landing-running", reach: async (scene) => (await halfway(scene)).recipient },
  {
    name: "landing-finished",
    reach: async (scene) => {
      const page = await collecting(scene, (await sent(scene)).link);
      await expect(page.locator(DELIVERY.finished)).toBeVisible();
      return page;
    },
  },
  { name: "landing-message", reach: async (scene) => opened(scene, (await written(scene)).link, COLLECT.name) },
  {
    name: "landing-message-shown",
    reach: async (scene) => {
      const page = await collecting(scene, (await written(scene)).link);
      await expect(page.getByText("Door code")).toBeVisible();
      await page.waitForLoadState("networkidle");
      return page;
    },
  },
  {
    name: "landing-continue",
    reach: async (scene) => {
      const { link, recipient } = await halfway(scene);
      return opened(scene, link, GONE.resume, recipient);
    },
  },
  {
    name: "reserved-no-script",
    reach: async (scene) => {
      const { link } = await sent(scene);
      const page = await opened(scene, link, COLLECT.key, await scene.person({ javaScriptEnabled: false }));
      await page.locator(COLLECT.key).fill(keyOf(link));
      await page.locator(COLLECT.submit).click();
      await expect(page.locator(DELIVERY.plainLink)).toBeVisible();
      return page;
    },
  },
  { name: "gone", reach: (scene) => wentTo(scene, UNKNOWN) },
  {
    name: "gone-with-key",
    reach: async (scene) => {
      const { link } = await sent(scene);
      await taken(scene, link, "all");
      const page = await opened(scene, link, "h1");
      await page.waitForLoadState("networkidle");
      return page;
    },
  },

  { name: "error-404", reach: (scene) => wentTo(scene, "/no/such/page") },
  { name: "error-406", reach: (scene) => wentTo(scene, UNKNOWN, { userAgent: "Wget/1.25.0" }) },
  { name: "error-413", settings: { MAX_SIZE: "100KiB" }, reach: (scene) => refusedPlainly(scene) },
  {
    name: "error-429",
    settings: { RATE_LIMITS: "on", RATE_UPLOAD: "1/h" },
    reach: async (scene) => {
      await sent(scene);
      return refusedPlainly(scene);
    },
  },
  {
    name: "error-503",
    reach: async (scene) => {
      const { link } = await sent(scene);
      const page = await scene.person();
      process.kill(scene.server.redis(), "SIGSTOP"); // it is only paused, so nobody restarts it
      try {
        await page.goto(link, { timeout: 60_000 });
      } finally {
        process.kill(scene.server.redis(), "SIGCONT");
      }
      return page;
    },
  },
  { name: "error-507", settings: { MAX_TOTAL: "100KiB" }, reach: (scene) => refusedPlainly(scene) },

  { name: "admin-login", reach: (scene) => wentTo(scene, "/auth/login") },
  {
    name: "admin",
    reach: async (scene) => {
      await sent(scene);
      await sent(scene, { file: FILE, passphrase: PASSPHRASE });
      const { link } = await sent(scene);
      await taken(scene, link, "reserved");
      const page = await wentTo(scene, "/auth/login");
      await page.locator(ADMIN.password).fill(ADMIN_PASSWORD);
      await page.locator(ADMIN.signIn).first().click();
      await page.waitForURL("**/admin");
      await expect(page.locator(ADMIN.shares).first()).toBeVisible();
      return page;
    },
  },
];

/** Opens a browser for one person, on what the pictures are taken with. */
export function contextOf(browser: Browser, options: { javaScriptEnabled?: boolean; userAgent?: string }): Promise<BrowserContext> {
  return browser.newContext({
    baseURL: ORIGIN,
    ignoreHTTPSErrors: true,
    locale: "en-GB",
    timezoneId: "UTC",
    reducedMotion: "reduce",
    deviceScaleFactor: 1,
    ...options,
    ...(options.userAgent ? { extraHTTPHeaders: { Accept: "text/html" } } : {}),
  });
}
