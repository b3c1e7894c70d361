import type { Page } from "@playwright/test";
import { cutOff, downloadButton, expect, expectDownload, expectGone, givePassphrase, idOf, keyOf, links, message, randomFile, test, type TestFile } from "./helper.ts";

const WITHOUT = { javaScriptEnabled: false };

async function uploadWithoutScript(page: Page, file: TestFile, passphrase = "") {
  await page.goto("/");
  if (passphrase) await givePassphrase(page, passphrase);
  await page.setInputFiles("#file", file);
  await page.getByRole("button", { name: "Create the link" }).click();
  return links(page);
}

test("both sides work without JavaScript", async ({ visitor }) => {
  const file = randomFile(200_000);
  const { link } = await uploadWithoutScript(await visitor(WITHOUT), file);

  const recipient = await visitor(WITHOUT);
  await recipient.goto(link);
  await recipient.getByLabel("The part of the link after #").fill(keyOf(link));
  await downloadButton(recipient).click();
  await expect(recipient.getByRole("heading", { name: "The file is set aside for you" })).toBeVisible();
  await expect(recipient.getByText(file.name)).toBeVisible();
  await expectDownload(recipient, recipient.getByRole("link", { name: "Save file" }), file);
  await expectGone(visitor, link, /picked up/);
});

test("without JavaScript, two files travel together, and a text does too", async ({ visitor }) => {
  const page = await visitor(WITHOUT);
  const collected = async (link: string) => {
    const reserved = await page.request.post(`/d/${idOf(link)}`, { form: { key: keyOf(link) }, headers: { Accept: "application/json" } });
    const body = await reserved.json();
    return { name: String(body.name), bytes: await (await page.request.get(body.download)).body() };
  };
  await page.goto("/");
  await page.setInputFiles("#file", [randomFile(3000, "one.bin"), randomFile(4000, "two.bin")]);
  await page.getByRole("button", { name: "Create the link" }).click();
  const files = await collected((await links(page)).link);
  expect(files.name).toBe("files.zip");
  expect(files.bytes.length).toBeGreaterThan(7000);
  await expect(page.locator("#qr svg")).toBeVisible();

  await page.goto("/");
  await page.getByRole("radio", { name: "Text" }).check();
  await page.getByLabel("Your text").fill("Door code: 4471#");
  await page.getByRole("button", { name: "Create the link" }).click();
  expect(String((await collected((await links(page)).link)).bytes)).toBe("Door code: 4471#");

  await page.goto("/");
  await page.getByRole("button", { name: "Create the link" }).click();
  await expect(page.getByRole("link", { name: "Choose the file again" })).toBeVisible();
});

test("without JavaScript, a message is saved as a file", async ({ visitor }) => {
  const text = "Door code: 4471#\n";
  const { link } = await message(await visitor(), text);
  const recipient = await visitor(WITHOUT);
  await recipient.goto(link);
  await recipient.getByLabel("The part of the link after #").fill(keyOf(link));
  await downloadButton(recipient).click();
  await expect(recipient.getByRole("heading", { name: "The message is set aside for you" })).toBeVisible();
  const file = { name: "message.txt", mimeType: "text/plain", buffer: Buffer.from(text) };
  await expectDownload(recipient, recipient.getByRole("link", { name: "Save the message" }), file);
  await expectGone(visitor, link, /picked up/);
});

test("without JavaScript, a wrong passphrase is no dead end", async ({ visitor }) => {
  const file = randomFile(2000);
  const { link } = await uploadWithoutScript(await visitor(WITHOUT), file, "correct horse");

  const recipient = await visitor(WITHOUT);
  await recipient.goto(link);
  await recipient.getByLabel("The part of the link after #").fill(keyOf(link));
  await recipient.getByLabel("Passphrase").fill("wrong horse");
  await downloadButton(recipient).click();
  await expect(recipient.getByRole("alert")).toContainText("tries left: 4");

  await recipient.getByLabel("Passphrase").fill("correct horse");
  await downloadButton(recipient).click();
  await expectDownload(recipient, recipient.getByRole("link", { name: "Save file" }), file);
});

test("without JavaScript, the sender sees the status and revokes", async ({ visitor }) => {
  const sender = await visitor(WITHOUT);
  const { link, statusLink } = await uploadWithoutScript(sender, randomFile(2000));

  await sender.goto(statusLink);
  await sender.getByLabel("The part of your status link after #").fill(keyOf(statusLink));
  await sender.getByRole("button", { name: "Show the status" }).click();
  await expect(sender.getByRole("heading", { name: "Waiting to be picked up" })).toBeVisible();
  await sender.getByRole("button", { name: "Revoke the link" }).click();
  await expect(sender.getByRole("heading", { name: "Revoked" })).toBeVisible();
  await expectGone(visitor, link, /was revoked/);
});

test("without JavaScript, nothing is cut off on a narrow screen", async ({ visitor }) => {
  const page = await visitor({ ...WITHOUT, viewport: { width: 320, height: 640 } });
  await page.goto("/");
  expect(await cutOff(page), "upload").toEqual([]);
  const { link, statusLink } = await uploadWithoutScript(page, randomFile(2000, `${"x".repeat(120)}.bin`));
  expect(await cutOff(page), "uploaded").toEqual([]);
  await page.goto(statusLink);
  await page.getByLabel("The part of your status link after #").fill(statusLink);
  await page.getByRole("button", { name: "Show the status" }).click();
  await expect(page.getByRole("heading", { name: "Waiting to be picked up" })).toBeVisible();
  expect(await cutOff(page), "status").toEqual([]);
  await page.goto(link);
  await page.getByLabel("The part of the link after #").fill(link);
  expect(await cutOff(page), "offer").toEqual([]);
  await downloadButton(page).click();
  await expect(page.getByRole("heading", { name: "The file is set aside for you" })).toBeVisible();
  expect(await cutOff(page), "reserved").toEqual([]);
});
