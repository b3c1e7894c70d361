// What somebody who was sent a link sees of it besides a plain download.

import { readFileSync } from "node:fs";
import type { Page } from "@playwright/test";
import { downloadButton, expect, expectDownload, expectGone, idOf, keyOf, message, pasted, randomFile, rememberAsOwn, test, upload, type Visitor } from "./helper.ts";
import { Line } from "./line.ts";
import { Server } from "./server.ts";

test.use({ outage: true });

const TEXT = "Door code: 4471#\nWifi: harbour-guest / seagull-lamp-23\n\nאתמול – до свидания <b>not bold</b>\n";
const GONE_NOW = "it is gone from the server now";
/** Larger than what the line lets through before it is cut. */
const LONG = Array.from({ length: 40_000 }, (_, line) => `line ${line} ü\n`).join("");

const showButton = (page: Page) => page.getByRole("button", { name: "Show the message" });
const shown = (page: Page) => page.locator("#message");

/** Whether leaving the page is asked about. */
async function asksBeforeLeaving(page: Page): Promise<boolean> {
  const prevented = await page.evaluate(() => {
    const leaving = new Event("beforeunload", { cancelable: true });
    return !dispatchEvent(leaving);
  });
  return prevented;
}

test("a message is shown once, in the page, and is gone at once", async ({ visitor }) => {
  const { link } = await message(await visitor(), TEXT);
  const recipient = await visitor();
  await recipient.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await recipient.goto(link);
  await expect(recipient.getByRole("heading", { name: "Somebody sent you a message" })).toBeVisible();
  await expect(shown(recipient)).toBeEmpty();
  await showButton(recipient).click();
  await expect(recipient.getByRole("heading", { name: "The message" })).toBeFocused();
  expect(await shown(recipient).textContent()).toBe(TEXT);
  await expect(recipient.getByText(GONE_NOW)).toBeVisible();
  await expectGone(visitor, link, /was picked up/);
  expect(recipient.url(), "the key has left the address").not.toContain("#");
  expect(await recipient.evaluate(() => localStorage.length), "the ticket is forgotten").toBe(0);

  expect(await asksBeforeLeaving(recipient)).toBe(true);
  await recipient.getByRole("button", { name: "Copy" }).click();
  await expect(recipient.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await pasted(recipient)).toBe(TEXT);
  expect(await asksBeforeLeaving(recipient), "it lies somewhere else, too").toBe(false);

  const downloading = recipient.waitForEvent("download");
  await recipient.getByRole("link", { name: "Save as a file" }).click();
  const saved = await downloading;
  expect(saved.suggestedFilename()).toBe("message.txt");
  expect(readFileSync(await saved.path(), "utf8")).toBe(TEXT);
});

test("a message behind a passphrase is walked to with the keyboard alone", async ({ visitor }) => {
  const { link } = await message(await visitor(), TEXT, { passphrase: "correct horse" });
  const recipient = await visitor();
  await recipient.goto(link);
  await expect(recipient.getByText("waits until")).toBeVisible();
  await recipient.getByLabel("Passphrase", { exact: true }).focus();
  await recipient.keyboard.type("wrong horse");
  await recipient.keyboard.press("Enter");
  await expect(recipient.getByRole("alert")).toContainText("tries left: 4");
  await expect(recipient.getByLabel("Passphrase", { exact: true })).toBeFocused();
  await recipient.keyboard.type("correct horse");
  await recipient.keyboard.press("Enter");
  await expect(recipient.getByRole("heading", { name: "The message" })).toBeFocused();
  expect(await shown(recipient).textContent()).toBe(TEXT);
  await recipient.keyboard.press("Tab");
  await expect(recipient.getByRole("region", { name: "The message" }), "a long one can be scrolled").toBeFocused();
  await recipient.keyboard.press("Tab");
  await expect(recipient.getByRole("button", { name: "Copy" })).toBeFocused();
});

test("a message whose connection breaks arrives whole, and nothing of it twice", async ({ visitor, server }) => {
  const line = await Line.to(server.url);
  try {
    const { link } = await message(await visitor(), LONG);
    const recipient = await visitor({ baseURL: line.url });
    const ranges: (string | undefined)[] = [];
    recipient.on("request", (request) => {
      if (/\/r\/[^/]+\/[^/]+$/.test(request.url())) ranges.push(request.headers()["range"]);
    });
    await recipient.goto(new URL(link).pathname + new URL(link).hash);
    await expect(showButton(recipient)).toBeVisible();
    line.hold({ down: 200_000 });
    await showButton(recipient).click();
    await expect.poll(() => ranges).toEqual([undefined]);
    await expect.poll(() => line["waiting"].length, "part of it has come, the rest stands still").toBeGreaterThan(0);
    line.cut();
    line.mend();
    await expect(recipient.getByRole("heading", { name: "The message" })).toBeVisible();
    expect((await shown(recipient).textContent()) === LONG, "every character of it").toBe(true);
    expect(ranges.at(-1)).toMatch(/^bytes=[1-9]\d*-$/);
    await expect(recipient.getByText(GONE_NOW)).toBeVisible();
  } finally {
    await line.close();
  }
});

test("a message that was begun goes on after the page was closed", async ({ visitor }) => {
  // All of it may lie in the buffers of the line, so that the server believes it sent: the grace is what is left then.
  const server = await Server.start({ DELIVERY_GRACE: "60s" });
  const line = await Line.to(server.url);
  const stranger: Visitor = (options) => visitor({ baseURL: server.url, ...options });
  try {
    const { link } = await message(await stranger(), LONG);
    const first = await visitor({ baseURL: line.url });
    const address = `${line.url}${new URL(link).pathname}${new URL(link).hash}`;
    await first.goto(address);
    await expect(showButton(first)).toBeVisible();
    line.hold({ down: 200_000 });
    await showButton(first).click();
    await expect.poll(() => line["waiting"].length, "part of it has come, the rest stands still").toBeGreaterThan(0);
    const context = first.context();
    await first.close();
    line.cut();
    line.mend();
    await expectGone(stranger, link, /being picked up/);

    const again = await context.newPage();
    await again.goto(address);
    await again.getByRole("link", { name: "Continue", exact: true }).click();
    await expect(again.getByRole("heading", { name: "The message" })).toBeFocused();
    expect((await shown(again).textContent()) === LONG, "every character of it").toBe(true);
    await expect(again.getByText(GONE_NOW)).toBeVisible();
    await expectGone(stranger, link, /was picked up/);
  } finally {
    await line.close();
    await server.stop();
  }
});

test("two tabs and a double press show one message to one person", async ({ visitor }) => {
  const { link } = await message(await visitor(), TEXT);
  const first = await visitor();
  const second = await first.context().newPage();
  for (const tab of [first, second]) {
    await tab.goto(link);
    await expect(showButton(tab)).toBeVisible();
  }
  const reserved: string[] = [];
  first.on("request", (request) => {
    if (request.method() === "POST" && request.url().endsWith(idOf(link))) reserved.push(request.url());
  });
  await showButton(first).dblclick({ force: true });
  await expect(shown(first)).toHaveText(TEXT);
  expect(reserved).toHaveLength(1);
  await expect(first.getByText(GONE_NOW)).toBeVisible();
  await showButton(second).click();
  await expect(second.getByRole("heading", { name: "It was picked up" })).toBeVisible();
});

test("whoever opens their own link is told so first", async ({ visitor }) => {
  const file = randomFile(2000);
  const sender = await visitor();
  const { link, statusLink } = await upload(sender, file);
  await rememberAsOwn(sender, link, statusLink);
  await sender.goto(link);
  await expect(sender.getByRole("heading", { name: "This is your own link" })).toBeFocused();
  await expect(downloadButton(sender)).toBeHidden();
  await sender.getByRole("link", { name: "See how it is doing" }).click();
  await expect(sender.getByRole("heading", { name: "Waiting to be picked up" })).toBeVisible();
  await sender.goBack();
  await sender.getByRole("button", { name: "Open it all the same" }).click();
  await expectDownload(sender, downloadButton(sender), file);
});

test("a second browser waits, and is told what became of it", async ({ visitor }) => {
  const server = await Server.start({ RESERVATION_LEASE: "20s" });
  try {
    const file = randomFile(2000);
    const { link } = await upload(await visitor({ baseURL: server.url }), file);
    const first = await visitor({ baseURL: server.url });
    await first.route("**/r/*/*", (route) => route.fulfill({ status: 204 })); // the browser's own download never begins
    await first.goto(link);
    await downloadButton(first).click();
    await expect(first.getByRole("heading", { name: "Your download is about to start" })).toBeVisible();

    const second = await visitor({ baseURL: server.url });
    await second.goto(link);
    await downloadButton(second).click();
    await expect(second.getByRole("alert")).toContainText("open somewhere else");
    const waiting = second.getByRole("button", { name: /^Try again in 0:\d\d$/ });
    await expect(waiting).toHaveAttribute("aria-disabled", "true");
    await expect(waiting, "whoever pressed it keeps their place").toBeFocused();

    await expect(first.getByText("Your browser has not asked for the file yet.").first()).toBeVisible();
    await expect(second.getByRole("alert")).toContainText("It is free again", { timeout: 30_000 });
    await expectDownload(second, downloadButton(second), file);
    await expect(first.getByRole("heading", { name: "It is not set aside any longer" })).toBeVisible({ timeout: 30_000 });
    await first.getByRole("link", { name: "Try again" }).click();
    await expect(first.getByRole("heading", { name: /picked up/ })).toBeVisible();
  } finally {
    await server.stop();
  }
});

test("a page that was hidden while somebody else took the file does not say that it is free", async ({ visitor }) => {
  const server = await Server.start({ RESERVATION_LEASE: "5s" });
  try {
    const file = randomFile(2000);
    const { link } = await upload(await visitor({ baseURL: server.url }), file);
    const first = await visitor({ baseURL: server.url });
    await first.route("**/r/*/*", (route) => route.fulfill({ status: 204 })); // reserved, and not fetched yet
    await first.goto(link);
    await downloadButton(first).click();
    await expect(first.getByRole("heading", { name: "Your download is about to start" })).toBeVisible();

    const second = await visitor({ baseURL: server.url });
    const hidden = (is: boolean) => second.evaluate((is) => {
      Object.defineProperty(document, "hidden", { configurable: true, value: is });
      document.dispatchEvent(new Event("visibilitychange"));
    }, is);
    await second.goto(link);
    await downloadButton(second).click();
    await expect(second.getByRole("alert")).toContainText("open somewhere else");
    await hidden(true);
    await first.unroute("**/r/*/*");
    await first.goto(server.url);
    await first.goto(link);
    await expectDownload(first, downloadButton(first), file);
    // Its countdown ends, and nobody looks.
    await expect(downloadButton(second)).not.toHaveAttribute("aria-disabled", "true", { timeout: 10_000 });
    await expect(second.getByRole("alert")).not.toContainText("You can open it now");
    await hidden(false);
    await expect(second.getByRole("heading", { name: /picked up|no longer/ })).toBeVisible();
  } finally {
    await server.stop();
  }
});

test("inside another app's browser, the way out keeps the key", async ({ visitor }) => {
  const { link } = await upload(await visitor(), randomFile(2000));
  const userAgent = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Mobile/15E148 [FBAN/FBIOS;FBAV/500.0]";
  const recipient = await visitor({ userAgent });
  await recipient.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await recipient.goto(link);
  await expect(recipient.getByText("This page is open inside an app")).toBeVisible();
  await recipient.getByRole("button", { name: "Copy the link" }).click();
  await expect(recipient.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await pasted(recipient)).toBe(link);

  const browser = await visitor();
  await browser.goto(link);
  await expect(browser.getByText("This page is open inside an app")).toBeHidden();
});

test("no page that a preview can fetch names what was sent, and its title stays the same", async ({ visitor }) => {
  const file = randomFile(2000, "Quarterly figures.pdf");
  const { link } = await upload(await visitor(), file);
  const recipient = await visitor();
  const page = await recipient.goto(link);
  expect(await page?.text()).not.toContain("Quarterly");
  const title = await recipient.title();
  await expect(recipient.getByText(file.name).first()).toBeVisible();
  await expect(recipient.locator('#collect [data-slot="ending"]')).toHaveText("PDF");
  await expect(recipient.getByText("File drop run by Harbour Studio")).toBeVisible();
  expect(await recipient.title()).toBe(title);
});

test("a link that opens nothing comes with words to send", async ({ visitor }) => {
  const page = await visitor();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await page.goto("/d/00000000-0000-4000-8000-000000000000");
  await page.getByRole("button", { name: "Copy" }).click();
  expect(await pasted(page)).toBe("The link you sent me does not open anything any more. Could you send me a new one, please?");
});

test("a page of refusal counts the wait down and then lets one try again, with the key", async ({ visitor }) => {
  const { link } = await upload(await visitor(), randomFile(2000));
  const page = await visitor();
  const early = await page.request.get(`/r/${idOf(link)}/${keyOf(link)}`, { headers: { Accept: "text/html", "Sec-Purpose": "prefetch" } });
  expect(early.status()).toBe(503);
  const refusal = (await early.text()).replace('data-seconds="1"', 'data-seconds="4"');
  await page.route("**/d/*", (route) => route.fulfill({ status: 503, contentType: "text/html", body: refusal }));
  await page.goto(link);
  const again = page.getByRole("link", { name: /^Try again/ });
  await expect(again).toHaveText(/^Try again in 0:0[1-4]$/);
  await expect(again).toHaveText("Try again");
  await page.unroute("**/d/*");
  await again.click();
  await expect(downloadButton(page)).toBeVisible();
  await expect(page).toHaveURL(link);
});
