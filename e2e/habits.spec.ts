// What people do: press twice, go back, open a link in two tabs, use no mouse.

import type { Page, Request } from "@playwright/test";
import { COLLECT, DELIVERY, GONE, READY, STATUS, UPLOAD } from "./handles.ts";
import { expect, expectDownload, expectGone, keyOf, randomFile, test, upload } from "./helper.ts";

/** The paths a page posts to from now on. */
function posts(page: Page): string[] {
  const seen: string[] = [];
  page.on("request", (request: Request) => {
    if (request.method() === "POST") seen.push(new URL(request.url()).pathname.replace(/[0-9a-f-]{36}/, "id"));
  });
  return seen;
}

test("a double click sends once", async ({ visitor }) => {
  const page = await visitor();
  const sent = posts(page);
  await page.goto("/");
  await page.setInputFiles(UPLOAD.file, randomFile(300_000));
  await page.locator(UPLOAD.submit).dblclick({ force: true });
  await expect(page.locator(READY.link)).toBeVisible();
  expect(sent.filter((path) => path === "/upload")).toEqual(["/upload"]);
});

test("a double click collects once", async ({ visitor }) => {
  const file = randomFile(300_000);
  const { link } = await upload(await visitor(), file);
  const recipient = await visitor();
  await recipient.goto(link);
  await expect(recipient.locator(COLLECT.name)).toHaveText(file.name);
  const downloads: unknown[] = [];
  recipient.on("download", (download) => downloads.push(download));
  const sent = posts(recipient);
  const first = recipient.waitForEvent("download");
  await recipient.locator(COLLECT.submit).dblclick({ force: true });
  expect(await (await first).failure()).toBeNull();
  await expect(recipient.locator(DELIVERY.finished)).toBeVisible();
  expect(downloads).toHaveLength(1);
  expect(sent.filter((path) => path === "/d/id")).toEqual(["/d/id"]);
});

test("without JavaScript, a double click is one reservation", async ({ visitor }) => {
  const file = randomFile(5000);
  const { link } = await upload(await visitor(), file);
  const recipient = await visitor({ javaScriptEnabled: false });
  await recipient.goto(link);
  await recipient.locator(COLLECT.key).fill(keyOf(link));
  await recipient.locator(COLLECT.submit).dblclick({ noWaitAfter: true });
  await expectDownload(recipient, recipient.locator(DELIVERY.plainLink), file);
});

test("without JavaScript, going back and pressing again takes nothing away", async ({ visitor }) => {
  const file = randomFile(5000);
  const { link } = await upload(await visitor(), file);
  const recipient = await visitor({ javaScriptEnabled: false });
  await recipient.goto(link);
  await recipient.locator(COLLECT.key).fill(keyOf(link));
  await recipient.locator(COLLECT.submit).click();
  await expect(recipient.locator(DELIVERY.plainLink)).toBeVisible();
  await recipient.reload(); // sends the form again, as the browser offers
  await expectDownload(recipient, recipient.locator(DELIVERY.plainLink), file);
});

test("who leaves a download by the back button finds it again", async ({ visitor }) => {
  const file = randomFile(50_000);
  const { link } = await upload(await visitor(), file);
  const recipient = await visitor();
  await recipient.goto("/");
  let answered = 0;
  // The browser's own download never begins. Until it is answered it would stand in the way of going back.
  await recipient.route("**/r/*/*", async (route) => {
    await route.fulfill({ status: 204 });
    answered += 1;
  });
  await recipient.goto(link);
  await recipient.locator(COLLECT.submit).click();
  await expect(recipient.locator(DELIVERY.view)).toBeVisible();
  await expect.poll(() => answered).toBeGreaterThan(0);
  await recipient.goBack();
  await expect(recipient.locator(UPLOAD.submit)).toBeVisible();
  await recipient.unroute("**/r/*/*");
  await recipient.goForward();
  await expect(recipient.locator(COLLECT.name)).toHaveText(file.name);
  await expectDownload(recipient, recipient.locator(COLLECT.submit), file);
  await expect(recipient.locator(DELIVERY.finished)).toBeVisible();

  // And once it is over, back and forward find no file to take a second time.
  await recipient.goBack();
  await recipient.goForward();
  await expect(recipient.locator(GONE.view)).toBeVisible();
});

test("two tabs of one browser are one recipient", async ({ visitor }) => {
  const file = randomFile(50_000);
  const { link } = await upload(await visitor(), file);
  const first = await visitor();
  const second = await first.context().newPage();
  await first.route("**/r/*/*", (route) => route.fulfill({ status: 204 }));
  for (const tab of [first, second]) {
    await tab.goto(link);
    await expect(tab.locator(COLLECT.name)).toHaveText(file.name);
  }
  await first.locator(COLLECT.submit).click();
  await expect(first.locator(DELIVERY.view)).toBeVisible();
  await expectDownload(second, second.locator(COLLECT.submit), file);
  for (const tab of [first, second]) await expect(tab.locator(DELIVERY.finished)).toBeVisible();
  await expectGone(visitor, link, /./);
});

/** Presses Tab until an element has the focus; somebody who uses no mouse can do no more. */
async function tabTo(page: Page, selector: string) {
  const target = page.locator(selector).first();
  for (let press = 0; press < 40; press += 1) {
    if (await target.evaluate((it) => it === document.activeElement)) return;
    await page.keyboard.press("Tab");
  }
  throw new Error(`${selector} cannot be reached with the keyboard`);
}

test("the whole path is walked with the keyboard alone", async ({ visitor }) => {
  const file = randomFile(5000);
  const passphrase = "correct horse";
  const sender = await visitor();
  await sender.goto("/");
  await tabTo(sender, UPLOAD.choose);
  const chooser = sender.waitForEvent("filechooser");
  await sender.keyboard.press("Space");
  await (await chooser).setFiles(file);
  await tabTo(sender, UPLOAD.protect);
  await sender.keyboard.press("Enter");
  await tabTo(sender, UPLOAD.passphrase);
  await sender.keyboard.type(passphrase);
  await tabTo(sender, UPLOAD.submit);
  await sender.keyboard.press("Enter");
  await expect(sender.locator(READY.link)).toBeVisible();
  const link = await sender.locator(READY.link).inputValue();
  await tabTo(sender, READY.link);
  const status = await sender.locator(READY.statusLink).inputValue();

  const recipient = await visitor();
  await recipient.goto(link);
  await tabTo(recipient, COLLECT.passphrase);
  await recipient.keyboard.type(passphrase);
  const downloading = recipient.waitForEvent("download");
  await tabTo(recipient, COLLECT.submit);
  await recipient.keyboard.press("Enter");
  expect(await (await downloading).failure()).toBeNull();
  await expect(recipient.locator(DELIVERY.finished)).toBeVisible();

  const other = await upload(sender, randomFile(10));
  expect(other.statusLink).not.toBe(status);
  await sender.goto(other.statusLink);
  await expect(sender.locator(STATUS.revoke)).toBeVisible();
  await tabTo(sender, STATUS.revoke);
  await sender.keyboard.press("Enter");
  await tabTo(sender, STATUS.confirm);
  await sender.keyboard.press("Enter");
  await expect(sender.locator(STATUS.revoke)).toBeHidden();
});
