import { downloadButton, expect, expectDownload, expectGone, idOf, keyOf, openStatus, randomFile, test, upload } from "./helper.ts";

test("the sender revokes a link from the status page", async ({ visitor }) => {
  const page = await visitor();
  const { link } = await upload(page, randomFile(5000));
  const sender = await openStatus(page);
  await expect(sender.getByRole("heading", { name: "Waiting to be picked up" })).toBeVisible();

  await sender.getByRole("button", { name: "Revoke the link" }).click();
  await sender.getByRole("dialog").getByRole("button", { name: "Keep it" }).click();
  await expect(sender.getByRole("heading", { name: "Waiting to be picked up" })).toBeVisible();

  await sender.getByRole("button", { name: "Revoke the link" }).click();
  await sender.getByRole("dialog").getByRole("button", { name: "Revoke the link" }).click();
  await expect(sender.getByRole("heading", { name: "Revoked" })).toBeVisible();
  await expectGone(visitor, link, /was revoked/);
});

test("the sender sees without reloading that the file was picked up", async ({ visitor }) => {
  const file = randomFile(5000);
  const sender = await visitor();
  const { link, statusLink } = await upload(sender, file);
  await sender.goto(statusLink);
  await expect(sender.getByRole("heading", { name: "Waiting to be picked up" })).toBeVisible();

  const recipient = await visitor();
  await recipient.goto(link);
  await expectDownload(recipient, downloadButton(recipient), file);
  await expect(sender.getByRole("heading", { name: "Picked up", exact: true })).toBeVisible({ timeout: 30_000 });
});

test("a status link that is not complete says so", async ({ visitor }) => {
  const sender = await visitor();
  const { statusLink } = await upload(sender, randomFile(10));
  await sender.goto(statusLink.slice(0, -1));
  await expect(sender.getByRole("alert")).toContainText("not complete");
  await sender.getByLabel("The part of your status link after #").fill(statusLink);
  await sender.getByRole("button", { name: "Show the status" }).click();
  await expect(sender.getByRole("heading", { name: "Waiting to be picked up" })).toBeVisible();
});

test("the status page tells a share's life as it happens", async ({ visitor }) => {
  const sender = await visitor();
  const file = randomFile(12 * 1024 * 1024);
  const { link, statusLink } = await upload(sender, file, { passphrase: "correct horse" });
  await sender.goto(statusLink);
  const now = sender.locator('#timeline [aria-current="step"]');
  await expect(now).toContainText("Waiting until");
  await expect(sender.getByText(/with a passphrase, tries left: 5 · expires in (24 hours|1 day)/)).toBeVisible();

  const guess = (passphrase: string) =>
    sender.request.post(`/d/${idOf(link)}`, { form: { key: keyOf(link), passphrase }, headers: { Accept: "application/json" } });
  for (let time = 0; time < 5; time += 1) await guess(`wrong horse ${time}`);
  await expect(now).toContainText("Locked after wrong passphrases");
  await sender.getByRole("button", { name: "Unlock: five more tries" }).click();
  await expect(now).toContainText("Waiting until");

  const reserved = await guess("correct horse");
  await expect(now).toContainText("Opened");
  const { download } = await reserved.json();
  // A recipient whose connection takes its time: the rest is not read until the page has been looked at.
  const answer = await fetch(new URL(download, link));
  const reader = answer.body?.getReader();
  await reader?.read();
  await expect(now).toContainText("Download running");
  await expect(sender.getByRole("progressbar")).toBeVisible();
  await expect(sender).toHaveTitle(/^\d+% – /);
  await expect(sender.getByRole("button", { name: "Stop it and take it back" })).toBeVisible();
  for (let piece = await reader?.read(); piece && !piece.done; ) piece = await reader?.read();
  await expect(sender.getByRole("heading", { name: "Picked up", exact: true })).toBeVisible({ timeout: 30_000 });
  await expect(sender.locator("#timeline li").last()).toContainText("Delivered, complete");
  await expect(sender.locator("#timeline li")).toHaveCount(4);
  await expect(sender).toHaveTitle(/^Your drop: status/);
});

test("a status page that nobody looks at asks less often, and at once when somebody does", async ({ visitor }) => {
  const sender = await visitor();
  const { statusLink } = await upload(sender, randomFile(10));
  let asked = 0;
  sender.on("request", (request) => { if (request.method() === "POST") asked += 1; });
  await sender.clock.install();
  await sender.goto(statusLink);
  await expect(sender.getByRole("heading", { name: "Waiting to be picked up" })).toBeVisible();
  const hide = (hidden: boolean) =>
    sender.evaluate((value) => {
      Object.defineProperty(document, "hidden", { configurable: true, get: () => value });
      document.dispatchEvent(new Event("visibilitychange"));
    }, hidden);
  await hide(true);
  await sender.clock.runFor(5000);
  const before = asked;
  await sender.clock.runFor(20_000);
  expect(asked - before).toBeLessThanOrEqual(1);
  const hidden = asked;
  await hide(false);
  await expect.poll(() => asked).toBeGreaterThan(hidden);
});
