import { downloadButton, expect, expectDownload, expectGone, pasted, randomFile, test, upload } from "./helper.ts";

const PASSPHRASE = "Käse und Brot 2026";

test("a wrong try costs nothing, the right one opens", async ({ visitor }) => {
  const file = randomFile(70_000);
  const { link } = await upload(await visitor(), file, { passphrase: PASSPHRASE });

  const recipient = await visitor();
  const answer = await recipient.goto(link);
  expect(answer?.status()).toBe(401);
  await expect(recipient.getByText("Protected with a passphrase")).toBeVisible();
  await expect(recipient.getByText(file.name), "no name before the passphrase").toHaveCount(0);

  await recipient.getByLabel("Passphrase", { exact: true }).fill("not the passphrase");
  await downloadButton(recipient).click();
  await expect(recipient.getByRole("alert")).toContainText("tries left: 4");

  await recipient.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
  await expectDownload(recipient, downloadButton(recipient), file);
  await expectGone(visitor, link, /picked up/);
});

test("five wrong tries lock, the sender unlocks, the file is still whole", async ({ visitor }) => {
  const file = randomFile(1234);
  const { link, statusLink } = await upload(await visitor(), file, { passphrase: PASSPHRASE });

  const recipient = await visitor();
  await recipient.goto(link);
  for (let left = 4; left >= 1; left -= 1) {
    await recipient.getByLabel("Passphrase", { exact: true }).fill(`guess number ${left}`);
    await downloadButton(recipient).click();
    await expect(recipient.getByRole("alert")).toContainText(`tries left: ${left}`);
  }
  await recipient.getByLabel("Passphrase", { exact: true }).fill("the fifth guess");
  await downloadButton(recipient).click();
  await expect(recipient.getByRole("heading", { name: "It is locked" })).toBeFocused();
  await recipient.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await recipient.getByRole("button", { name: "Copy" }).click();
  await expect(recipient.getByRole("button", { name: "Copied" })).toBeVisible();
  expect(await pasted(recipient), "what to tell the sender").toContain("Could you unlock it on your status page");
  await recipient.getByRole("button", { name: "Try again" }).click();
  await expect(recipient.getByRole("heading", { name: "It is locked" }), "still").toBeVisible();

  const sender = await visitor();
  await sender.goto(statusLink);
  await expect(sender.getByRole("heading", { name: "Locked" })).toBeVisible();
  await sender.getByRole("button", { name: "Unlock" }).click();
  await expect(sender.getByRole("heading", { name: "Waiting to be picked up" })).toBeVisible();

  await recipient.getByRole("button", { name: "Try again" }).click();
  await recipient.getByLabel("Passphrase", { exact: true }).fill(PASSPHRASE);
  await expectDownload(recipient, downloadButton(recipient), file);
});

test("what is typed can be looked at, and Caps Lock is noticed", async ({ visitor }) => {
  const { link } = await upload(await visitor(), randomFile(10), { passphrase: PASSPHRASE });
  const recipient = await visitor();
  await recipient.goto(link);
  const field = recipient.getByLabel("Passphrase", { exact: true });
  await field.fill("Käse");
  await expect(field).toHaveAttribute("type", "password");
  await recipient.getByRole("button", { name: "Show", exact: true }).click();
  await expect(field).toHaveAttribute("type", "text");
  await expect(recipient.getByRole("button", { name: "Show", exact: true })).toHaveAttribute("aria-pressed", "true");
  await expect(recipient.getByText("Caps Lock is on.")).toBeHidden();
  // Playwright cannot press the key, so the field is told of a press made with it.
  await field.evaluate((it) => it.dispatchEvent(new KeyboardEvent("keydown", { key: "A", modifierCapsLock: true })));
  await expect(recipient.getByText("Caps Lock is on.")).toBeVisible();
  await field.evaluate((it) => it.dispatchEvent(new KeyboardEvent("keyup", { key: "a" })));
  await expect(recipient.getByText("Caps Lock is on.")).toBeHidden();
});
