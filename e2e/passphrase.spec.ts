import { downloadButton, expect, expectDownload, expectGone, randomFile, test, upload } from "./helper.ts";

const PASSPHRASE = "Käse und Brot 2026";

test("a wrong try costs nothing, the right one opens", async ({ visitor }) => {
  const file = randomFile(70_000);
  const { link } = await upload(await visitor(), file, { passphrase: PASSPHRASE });

  const recipient = await visitor();
  const answer = await recipient.goto(link);
  expect(answer?.status()).toBe(401);
  await expect(recipient.getByText("protected with a passphrase")).toBeVisible();
  await expect(recipient.getByText(file.name), "no name before the passphrase").toHaveCount(0);

  await recipient.getByLabel("Passphrase").fill("not the passphrase");
  await downloadButton(recipient).click();
  await expect(recipient.getByRole("alert")).toContainText("tries left: 4");

  await recipient.getByLabel("Passphrase").fill(PASSPHRASE);
  await expectDownload(recipient, downloadButton(recipient), file);
  await expectGone(visitor, link, /picked up/);
});

test("five wrong tries lock, the sender unlocks, the file is still whole", async ({ visitor }) => {
  const file = randomFile(1234);
  const { link, statusLink } = await upload(await visitor(), file, { passphrase: PASSPHRASE });

  const recipient = await visitor();
  await recipient.goto(link);
  for (let left = 4; left >= 1; left -= 1) {
    await recipient.getByLabel("Passphrase").fill(`guess number ${left}`);
    await downloadButton(recipient).click();
    await expect(recipient.getByRole("alert")).toContainText(`tries left: ${left}`);
  }
  await recipient.getByLabel("Passphrase").fill("the fifth guess");
  await downloadButton(recipient).click();
  await expect(recipient.getByRole("alert")).toContainText("locked");
  await recipient.getByLabel("Passphrase").fill(PASSPHRASE);
  await downloadButton(recipient).click();
  await expect(recipient.getByRole("alert")).toContainText("locked");

  const sender = await visitor();
  await sender.goto(statusLink);
  await expect(sender.getByRole("heading", { name: "Locked" })).toBeVisible();
  await sender.getByRole("button", { name: "Unlock" }).click();
  await expect(sender.getByRole("heading", { name: "Waiting to be picked up" })).toBeVisible();

  await expectDownload(recipient, downloadButton(recipient), file);
});
