// What a sender's device remembers, if the sender wants it to.

import type { Page } from "@playwright/test";
import { expect, expectGone, idOf, keyOf, randomFile, test, upload } from "./helper.ts";

const entry = (page: Page, name: string) => page.locator("#droplist li", { hasText: name });

/** Counts the requests that take something back. */
function revocations(page: Page): string[] {
  const seen: string[] = [];
  page.on("request", (request) => { if (request.postData()?.includes("action=revoke")) seen.push(request.url()); });
  return seen;
}

const stored = (page: Page) => page.evaluate(() => JSON.stringify({ ...localStorage }));

test("nothing is remembered unless the sender says so, and never the link's key", async ({ visitor }) => {
  const page = await visitor();
  const first = await upload(page, randomFile(10, "quiet.bin"));
  expect(await stored(page)).toBe("{}");
  const { link, statusLink } = await upload(page, randomFile(10, "kept.bin"));
  await page.getByLabel("Remember this drop on this device").check();
  await expect(entry(page, "kept.bin")).toContainText("Waiting to be picked up");
  const kept = await stored(page);
  expect(kept).toContain(keyOf(statusLink));
  expect(kept).not.toContain(keyOf(link));
  expect(kept).not.toContain(idOf(first.link));
  await page.getByLabel("Remember this drop on this device").uncheck();
  expect(await stored(page)).toBe("{}");
  await expect(page.getByRole("heading", { name: "Your drops" })).toBeHidden();
});

test("a drop is taken back after a wait in which it can be undone", async ({ visitor }) => {
  const page = await visitor();
  const { link } = await upload(page, randomFile(10, "slip.bin"));
  await page.getByLabel("Remember this drop on this device").check();
  const asked = revocations(page);
  await page.clock.install();
  await page.goto("/");
  await entry(page, "slip.bin").getByRole("button", { name: "Take back" }).click();
  await expect(entry(page, "slip.bin")).toContainText("if this page stays open");
  await page.clock.runFor(4000);
  await entry(page, "slip.bin").getByRole("button", { name: "Undo" }).click();
  await expect(page.getByRole("status")).toHaveText("Nothing was taken back.");
  await page.clock.runFor(10_000);
  expect(asked).toEqual([]);

  await entry(page, "slip.bin").getByRole("button", { name: "Take back" }).click();
  await page.reload();
  await page.clock.runFor(10_000);
  expect(asked, "leaving the page takes nothing back").toEqual([]);

  await entry(page, "slip.bin").getByRole("button", { name: "Take back" }).click();
  await page.clock.runFor(7000);
  await expect(entry(page, "slip.bin")).toContainText("Revoked");
  expect(asked).toHaveLength(1);
  await expectGone(visitor, link, /was revoked/);
  await page.getByRole("button", { name: "Clear what has ended" }).click();
  await expect(page.getByRole("heading", { name: "Your drops" })).toBeHidden();
  expect(await stored(page)).toBe("{}");
});

test("the list says what became of a drop, and forgets it in the end", async ({ visitor }) => {
  const page = await visitor();
  const { link, statusLink } = await upload(page, randomFile(10, "seen.bin"));
  await page.getByLabel("Remember this drop on this device").check();
  await page.clock.install();
  await page.goto("/");
  await expect(entry(page, "seen.bin")).toContainText(/expires in (24 hours|1 day)/);
  await expect(entry(page, "seen.bin").getByRole("link", { name: "Status" })).toHaveAttribute("href", `/s/${idOf(link)}#${keyOf(statusLink)}`);
  const { pathname } = new URL(link);
  const reserved = await page.request.post(pathname, { form: { key: keyOf(link) }, headers: { Accept: "application/json" } });
  const { download } = await reserved.json();
  await page.request.get(download);
  await page.request.post(`${download}/ack`);
  await page.clock.runFor(25_000);
  await expect(entry(page, "seen.bin")).toContainText("Picked up");
  await expect(entry(page, "seen.bin").getByRole("button", { name: "Take back" })).toBeHidden();
  await page.clock.fastForward(9 * 86_400_000);
  await page.reload();
  await expect(page.getByRole("heading", { name: "Your drops" })).toBeHidden();
  expect(await stored(page)).toBe("{}");
});

test("what lies in the store and is no drop does no harm", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/");
  for (const nonsense of ["not JSON", "{}", "null", '[{"id":1}]', '[null,[],{"id":"x","owner":"short","label":"","state":"available","size":1,"created":1,"expires":9e15,"ended":0}]']) {
    await page.evaluate((value) => localStorage.setItem("onetimeshare.drops", value), nonsense);
    await page.reload();
    await expect(page.getByRole("button", { name: "Create the link" })).toBeVisible();
    await expect(page.getByRole("heading", { name: "Your drops" })).toBeHidden();
  }
});
