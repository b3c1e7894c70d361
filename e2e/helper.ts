// What the tests share: one server per worker, visitors who are watched for every error, and the two ends of a share.

import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { type BrowserContextOptions, type Locator, type Page, test as base, expect } from "@playwright/test";
import { Server } from "./server.ts";

export { expect };

export interface TestFile {
  name: string;
  mimeType: string;
  buffer: Buffer;
}

export interface Links {
  link: string;
  statusLink: string;
}

/** Opens a browser of its own: another person, or another device. */
export type Visitor = (options?: BrowserContextOptions) => Promise<Page>;

// Chromium reports every answer of 400 and above, and while a server is away that it is.
const REFUSED = /^Failed to load resource: the server responded with a status of 4\d\d/;
const AWAY = /^Failed to load resource: (the server responded with a status of 503|net::ERR_(CONNECTION_REFUSED|CONNECTION_RESET|INTERNET_DISCONNECTED|SOCKET_NOT_CONNECTED))/;

interface Fixtures {
  /** Whether the test takes the server or its Redis away. */
  outage: boolean;
  visitor: Visitor;
}

export const test = base.extend<Fixtures, { server: Server }>({
  outage: [false, { option: true }],

  server: [
    async ({}, use) => {
      const server = await Server.start();
      await use(server);
      await server.stop();
    },
    { scope: "worker", timeout: 90_000 },
  ],

  baseURL: async ({ server }, use) => {
    await use(server.url);
  },

  visitor: async ({ browser, baseURL, outage }, use) => {
    const contexts: { close(): Promise<void> }[] = [];
    const wrong: string[] = [];
    await use(async (options = {}) => {
      const origin = options.baseURL ?? baseURL ?? "";
      const context = await browser.newContext({ ...options, baseURL: origin });
      contexts.push(context);
      context.on("console", (message) => {
        const expected = REFUSED.test(message.text()) || (outage && AWAY.test(message.text()));
        if (["error", "warning"].includes(message.type()) && !expected) wrong.push(`console at ${message.page()?.url()}: ${message.text()}`);
      });
      context.on("weberror", (error) => wrong.push(`exception: ${error.error().message}`));
      context.on("request", (request) => {
        const address = request.url().replace(/^blob:/, ""); // what a page made itself, and saves
        if (!address.startsWith(`${origin}/`)) wrong.push(`third-party request: ${request.url()}`);
      });
      return context.newPage();
    });
    for (const context of contexts) await context.close();
    expect(wrong, "no console error or warning, no exception, no request to anybody else").toEqual([]);
  },
});

export function randomFile(bytes: number, name = "Übergabe 2026 – final (1).bin"): TestFile {
  return { name, mimeType: "application/octet-stream", buffer: randomBytes(bytes) };
}

/** Uploads with the page's script. */
export async function upload(page: Page, file: TestFile, options: { passphrase?: string; expires?: string } = {}): Promise<Links> {
  await page.goto("/");
  await page.setInputFiles("#file", file);
  if (options.passphrase) await givePassphrase(page, options.passphrase);
  if (options.expires) await page.locator(`input[name="expires"][value="${options.expires}"]`).check();
  await page.getByRole("button", { name: "Create the link" }).click();
  return links(page);
}

/** Opens the field for a passphrase and types one. */
export async function givePassphrase(page: Page, passphrase: string): Promise<void> {
  await page.locator("summary", { hasText: "Passphrase" }).click();
  await page.getByLabel("Passphrase", { exact: true }).fill(passphrase);
}

/** Follows the link to the status page, which opens beside the page that holds the link. */
export async function openStatus(page: Page, name = "Open the status page"): Promise<Page> {
  const opened = page.waitForEvent("popup");
  await page.getByRole("link", { name }).click();
  return opened;
}

/** The two links of the page that an upload ends with. */
export async function links(page: Page): Promise<Links> {
  await expect(page.getByRole("heading", { name: "Your link is ready" })).toBeVisible();
  const link = await page.getByLabel("The link").inputValue();
  const statusLink = await page.getByLabel("Your own stub").inputValue();
  expect(link).toMatch(/\/d\/[0-9a-f-]{36}#[A-Za-z0-9_-]{43}$/);
  expect(statusLink).toMatch(/\/s\/[0-9a-f-]{36}#[A-Za-z0-9_-]{43}$/);
  return { link, statusLink };
}

/** Presses what starts a download, and expects the file, byte for byte and under its name. */
export async function expectDownload(page: Page, press: Locator, file: TestFile): Promise<void> {
  const downloading = page.waitForEvent("download");
  await press.click();
  const download = await downloading;
  const received = readFileSync(await download.path());
  expect(download.suggestedFilename()).toBe(file.name);
  expect(received.equals(file.buffer), "the file is byte-identical").toBe(true);
}

/** The button of the recipient's page: behind a passphrase it does not know yet whether it is a file. */
export const downloadButton = (page: Page) => page.getByRole("button", { name: /^(Download the file|Open it)$/ });

/** Somebody else who opens the link, with its key and without it, is told that it opens nothing. */
export async function expectGone(visitor: Visitor, link: string, fate: RegExp): Promise<void> {
  const page = await visitor();
  const withoutKey = await page.goto(link.split("#")[0] ?? "");
  expect(withoutKey?.status()).toBe(410);
  await expect(page.getByRole("heading", { name: "This link does not open anything (any more)" })).toBeVisible();
  await expect(page.getByText("You have not done anything wrong.")).toBeVisible();
  await page.goto("about:blank");
  const withKey = await page.goto(link);
  expect(withKey?.status()).toBe(410);
  await expect(page.getByRole("heading", { level: 1, name: fate })).toBeVisible();
}

/** Shares a message, as a program does. */
export async function message(page: Page, text: string, options: Record<string, string> = {}): Promise<Links> {
  const answer = await page.request.post("/upload", { headers: { Accept: "application/json" }, multipart: { ...options, text } });
  expect(answer.status()).toBe(201);
  const { link, status_link } = (await answer.json()) as { link: string; status_link: string };
  return { link, statusLink: status_link };
}

/** What lies in the clipboard, as pasting brings it out: the pages themselves may not read it. */
export async function pasted(page: Page): Promise<string> {
  await page.evaluate(() => document.body.append(Object.assign(document.createElement("textarea"), { id: "pasted" })));
  await page.locator("#pasted").focus();
  await page.keyboard.press("ControlOrMeta+v");
  const text = await page.locator("#pasted").inputValue();
  await page.locator("#pasted").evaluate((field) => field.remove());
  return text;
}

/** Lets a browser remember a share as its own, as the sender's page does for who agreed. */
export async function rememberAsOwn(page: Page, link: string, statusLink: string): Promise<void> {
  const drop = { id: idOf(link), owner: keyOf(statusLink), label: "mine", size: 1, created: Date.now(), expires: Date.now() + 86_400_000, state: "available", ended: 0 };
  await page.evaluate((drops) => localStorage.setItem("onetimeshare.drops", drops), JSON.stringify([drop]));
}

export const idOf = (link: string) => new URL(link).pathname.split("/")[2] ?? "";
export const keyOf = (link: string) => new URL(link).hash.slice(1);

/** What of a page is wider than its place: the page itself would scroll sideways, the parts of a ticket would lose their ends. */
export const cutOff = (page: Page) =>
  page.evaluate(() =>
    [...document.querySelectorAll("html, .ticket-body, .stub, .drop")]
      .filter((part) => part.scrollWidth > part.clientWidth)
      .map((part) => part.className || part.tagName),
  );
