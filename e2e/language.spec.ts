import { downloadButton, expect, expectDownload, idOf, keyOf, openStatus, randomFile, test, upload } from "./helper.ts";

const GERMAN = { locale: "de-AT" };

test("the switch to another language keeps the key in the address", async ({ visitor }) => {
  const file = randomFile(2000);
  const { link } = await upload(await visitor(), file);
  const recipient = await visitor();
  await recipient.goto(link);
  await expect(recipient.getByText(file.name).first()).toBeVisible();
  await recipient.getByRole("link", { name: "Deutsch" }).click();
  await expect(recipient.getByRole("heading", { name: "Jemand hat Ihnen eine Datei gesendet" })).toBeVisible();
  await expect(recipient.getByText(file.name).first()).toBeVisible();
  await expect(recipient).toHaveURL(new URL(`/d/${idOf(link)}?lang=de#${keyOf(link)}`, link).href);
  await expect(recipient.locator("html")).toHaveAttribute("lang", "de");
  await expectDownload(recipient, recipient.getByRole("button", { name: "Datei herunterladen" }), file);
  await expect(recipient.getByRole("heading", { name: "Die Datei gehört Ihnen" })).toBeVisible();
  await expect(recipient).toHaveURL(new URL(`/d/${idOf(link)}?lang=de`, link).href);
});

test("both sides work in German, and the links stay free of it", async ({ visitor }) => {
  const file = randomFile(2000);
  const sender = await visitor(GERMAN);
  await sender.goto("/?lang=de");
  await sender.setInputFiles("#file", file);
  await expect(sender.getByText("Eine Datei, 1,9 KiB", { exact: true })).toBeVisible();
  await sender.getByRole("button", { name: "Link erstellen" }).click();
  await expect(sender.getByRole("heading", { name: "Ihr Link ist fertig" })).toBeVisible();
  await expect(sender.getByRole("link", { name: "English" }), "another language would lose the links").toBeHidden();
  const link = await sender.getByLabel("Der Link").inputValue();
  expect(link).not.toContain("lang=");
  const status = await openStatus(sender, "Statusseite öffnen");
  await expect(status.getByRole("heading", { name: "Wartet auf Abholung" })).toBeVisible();
  expect(new URL(status.url()).search).toBe("?lang=de");

  const recipient = await visitor(GERMAN);
  await recipient.goto(link);
  await expectDownload(recipient, recipient.getByRole("button", { name: "Datei herunterladen" }), file);
  await expect(recipient.getByRole("heading", { name: "Die Datei gehört Ihnen" })).toBeVisible();
  await expect(status.getByRole("heading", { name: "Abgeholt" })).toBeVisible();
});

test("what the server refuses, a script says in the page's language", async ({ visitor }) => {
  const { link } = await upload(await visitor(), randomFile(2000), { passphrase: "correct horse" });
  const recipient = await visitor();
  await recipient.goto(link.replace("#", "?lang=de#"));
  await recipient.getByLabel("Passphrase", { exact: true }).fill("short");
  await recipient.getByRole("button", { name: "Öffnen" }).click();
  await expect(recipient.getByRole("alert")).toContainText("Eine Passphrase hat 8 bis 1024 Byte.");
});

test("a browser that wants a language there is none of gets English", async ({ visitor }) => {
  const { link } = await upload(await visitor(), randomFile(2000));
  const recipient = await visitor({ locale: "fi-FI" });
  await recipient.goto(link);
  await expect(downloadButton(recipient)).toBeVisible();
});
