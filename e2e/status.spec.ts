import { downloadButton, expect, expectDownload, expectGone, randomFile, test, upload } from "./helper.ts";

test("the sender revokes a link from the status page", async ({ visitor }) => {
  const sender = await visitor();
  const { link } = await upload(sender, randomFile(5000));
  await sender.getByRole("link", { name: "Open the status page" }).click();
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
