import { downloadButton, expect, expectDownload, expectGone, idOf, links, randomFile, test, upload } from "./helper.ts";
import { MAX_SIZE, Server } from "./server.ts";

test("a file arrives byte for byte, once", async ({ visitor }) => {
  const file = randomFile(3 * 1024 * 1024 + 17);
  const { link } = await upload(await visitor(), file);

  const recipient = await visitor();
  await recipient.goto(link);
  await expect(recipient.getByText(file.name).first()).toBeVisible();
  await expectDownload(recipient, downloadButton(recipient), file);
  await expectGone(visitor, link, /being picked up|was picked up/);

  await expect(recipient.getByRole("heading", { name: "The file is yours" })).toBeVisible();
  expect(recipient.url(), "the key has left the address").not.toContain("#");
  expect(await recipient.evaluate(() => localStorage.length), "the ticket is forgotten").toBe(0);
  await expectGone(visitor, link, /was picked up/);
});

test("an empty file arrives too", async ({ visitor }) => {
  const file = randomFile(0, "empty.txt");
  const { link } = await upload(await visitor(), file, { expires: "10m" });
  const recipient = await visitor();
  await recipient.goto(link);
  await expectDownload(recipient, downloadButton(recipient), file);
  await expectGone(visitor, link, /picked up/);
});

test("what mail programs append to a link does no harm", async ({ visitor }) => {
  const file = randomFile(1000);
  const { link } = await upload(await visitor(), file);
  const recipient = await visitor();
  await recipient.goto(`${link}=&fbclid=abc`);
  await expectDownload(recipient, downloadButton(recipient), file);
});

test("a clipped link says so, and a pasted one goes on", async ({ visitor }) => {
  const file = randomFile(1000);
  const { link } = await upload(await visitor(), file);
  const recipient = await visitor();
  await recipient.goto(link.slice(0, -5));
  await expect(recipient.getByRole("alert")).toContainText("does not fit this link");
  await recipient.getByLabel("The part of the link after #").fill(link);
  await expectDownload(recipient, downloadButton(recipient), file);
});

test("a key that does not fit gives way to a pasted link", async ({ visitor }) => {
  const file = randomFile(1000);
  const { link } = await upload(await visitor(), file);
  const recipient = await visitor();
  await recipient.goto(`${link.slice(0, -43)}${"A".repeat(43)}`);
  await expect(recipient.getByRole("alert")).toContainText("does not fit this link");
  const field = recipient.getByLabel("The part of the link after #");
  await field.fill("B".repeat(43));
  await downloadButton(recipient).click();
  await expect(recipient).toHaveURL(/#B{43}$/);
  await expect(recipient.getByRole("alert")).toContainText("does not fit this link");
  await field.fill(link);
  await expectDownload(recipient, downloadButton(recipient), file);
});

test("names arrive as they were, as far as they are harmless", async ({ visitor }) => {
  const names = [
    ["🎉 “party” 'plan' a;b=c%20d&amp;.txt", "🎉 “party” 'plan' a;b=c%20d&amp;.txt"],
    ["تقرير نهائي.pdf", "تقرير نهائي.pdf"],
    ["invoice\u202Efdp.exe", "invoicefdp.exe"],
  ] as const;
  for (const [sent, received] of names) {
    const file = randomFile(100, sent);
    const { link } = await upload(await visitor(), file);
    const recipient = await visitor();
    await recipient.goto(link);
    await expect(recipient.locator(".file-name").first()).toHaveText(received);
    await expectDownload(recipient, downloadButton(recipient), { ...file, name: received });
  }
});

test("opening the page takes nothing away", async ({ visitor }) => {
  const file = randomFile(1000);
  const { link } = await upload(await visitor(), file);
  const curious = await visitor();
  for (let time = 0; time < 3; time += 1) {
    await curious.goto("about:blank");
    await curious.goto(link);
    await expect(curious.getByText(file.name).first()).toBeVisible();
  }
  const recipient = await visitor();
  await recipient.goto(link);
  await expectDownload(recipient, downloadButton(recipient), file);
});

test("a file above the limit is refused before it is sent", async ({ visitor }) => {
  const page = await visitor();
  const sent: string[] = [];
  page.on("request", (request) => {
    if (request.method() === "POST") sent.push(request.url());
  });
  await page.goto("/");
  await page.evaluate((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "too big.bin"));
    const input = document.querySelector<HTMLInputElement>("#file");
    if (!input) throw new Error("no file field");
    input.files = data.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, MAX_SIZE + 1);
  await expect(page.getByRole("alert")).toContainText("This server takes up to 64 MiB");
  expect(await page.locator("#file").evaluate((input: HTMLInputElement) => input.files?.length)).toBe(0);
  expect(sent).toEqual([]);
});

test("an upload that fails can be tried again without choosing again", async ({ visitor }) => {
  const page = await visitor();
  const file = randomFile(5000);
  const problem = { type: "about:blank", title: "Conflict", status: 422, detail: "Said by the server, for this test." };
  await page.route("**/upload", (route) => route.fulfill({ status: 422, contentType: "application/problem+json", body: JSON.stringify(problem) }));
  await page.goto("/");
  await page.setInputFiles("#file", file);
  await page.getByRole("button", { name: "Create the link" }).click();
  await expect(page.getByText(problem.detail)).toBeVisible();
  await page.unroute("**/upload");
  await page.getByRole("button", { name: "Try again" }).click();
  const { link } = await links(page);

  const recipient = await visitor();
  await recipient.goto(link);
  await expectDownload(recipient, downloadButton(recipient), file);
});

test("an upload can be cancelled and begun again, and leaving it warns", async ({ visitor }) => {
  const page = await visitor();
  await page.route("**/upload", () => {}); // never answered
  await page.goto("/");
  const file = randomFile(5000, "kept.bin");
  await page.setInputFiles("#file", file);
  await page.getByRole("button", { name: "Create the link" }).click();
  await expect(page.getByRole("progressbar")).toBeVisible();

  const asked = page.waitForEvent("dialog");
  await page.close({ runBeforeUnload: true });
  const dialog = await asked;
  expect(dialog.type()).toBe("beforeunload");
  await dialog.dismiss();

  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("alert")).toContainText("You cancelled the upload.");
  await expect(page.getByText("kept.bin").first()).toBeVisible();

  await page.unroute("**/upload");
  await page.getByRole("button", { name: "Create the link" }).click();
  const { link } = await links(page);
  const recipient = await visitor();
  await recipient.goto(link);
  await expectDownload(recipient, downloadButton(recipient), file);
});

test("a server that asks for an upload password says when it is wrong", async ({ visitor }) => {
  const server = await Server.start({ UPLOAD_PASSWORD: "only crew members" });
  try {
    const page = await visitor({ baseURL: server.url });
    await page.goto(server.url);
    await page.setInputFiles("#file", randomFile(2000, "crew.bin"));
    await page.getByLabel("Upload password").fill("a stowaway's guess");
    await page.getByRole("button", { name: "Create the link" }).click();
    await expect(page.getByRole("alert")).toBeVisible();
    await page.getByLabel("Upload password").fill("only crew members");
    await page.getByRole("button", { name: "Create the link" }).click();
    await expect(page.getByRole("heading", { name: "Your link is ready" })).toBeVisible();
    expect(idOf(await page.getByLabel("The link").inputValue())).toMatch(/^[0-9a-f-]{36}$/);
  } finally {
    await server.stop();
  }
});
