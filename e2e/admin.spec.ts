import type { Page } from "@playwright/test";
import { downloadButton, expect, expectDownload, expectGone, idOf, keyOf, randomFile, test, upload, type Visitor } from "./helper.ts";
import { ADMIN_PASSWORD, Server } from "./server.ts";

async function signIn(page: Page) {
  await page.goto("/admin");
  await expect(page).toHaveURL(/\/auth\/login$/);
  await page.getByLabel("Password").fill(ADMIN_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Operator", exact: true })).toBeVisible();
}

/** Uploads as a program does. */
async function send(page: Page): Promise<string> {
  const file = { name: "a", mimeType: "text/plain", buffer: Buffer.from("hello") };
  const answer = await page.request.post("/upload", { multipart: { file }, headers: { Accept: "application/json" } });
  const { link } = (await answer.json()) as { link: string };
  return link;
}

const figure = (page: Page, name: string) => page.locator(".figures div").filter({ hasText: name }).locator("dd");
const sum = (page: Page, what: string) => page.locator(`[data-sum="${what}"]`);
const filter = (page: Page, name: string | RegExp) => page.getByRole("navigation", { name: "Shares by state" }).getByRole("link", { name });

test("the operator signs in, deletes a share, cleans up and signs out", async ({ visitor }) => {
  const file = randomFile(5000, "a name the operator never sees.bin");
  const { link } = await upload(await visitor(), file);
  const id = idOf(link);

  const operator = await visitor();
  await operator.goto("/auth/login");
  await operator.getByLabel("Password").fill("a guess of the harbour");
  await operator.getByRole("button", { name: "Sign in" }).click();
  await expect(operator.getByRole("alert")).toHaveText("That is not the password.");
  await expect(operator.getByLabel("Password"), "the next try begins at once").toBeFocused();
  await signIn(operator);

  await expect(operator.getByText("This page keeps itself up to date."), "the scripts run").toBeVisible();
  const row = operator.getByRole("row", { name: id });
  await expect(row).toContainText("Waiting to be picked up");
  await expect(operator.getByText(file.name)).toHaveCount(0);
  expect(await operator.content()).not.toContain(keyOf(link));
  await row.getByRole("button", { name: "Delete" }).press("Enter");
  await operator.keyboard.press("Escape");
  await row.getByRole("button", { name: "Delete" }).click();
  await operator.getByRole("dialog").getByRole("button", { name: "Keep it" }).click();
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: "Delete" }).click();
  await operator.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(row).toHaveCount(0);
  await expect(operator.getByRole("heading", { name: "Shares", exact: true })).toBeFocused();
  await expectGone(visitor, link, /was revoked/);

  await operator.getByRole("button", { name: "Dry run" }).click();
  await expect(operator.getByRole("status").filter({ hasText: "Dry run." })).toBeVisible();

  await operator.getByRole("button", { name: "Sign out" }).click();
  await expect(operator).toHaveURL(/:\d+\/$/);
  await operator.goto("/admin");
  await expect(operator).toHaveURL(/\/auth\/login$/);
});

test("the operator deletes without JavaScript and stays with the filter", async ({ visitor }) => {
  const { link } = await upload(await visitor(), randomFile(100));
  const operator = await visitor({ javaScriptEnabled: false });
  await signIn(operator);
  await filter(operator, /^Waiting to be picked up/).click();
  const row = operator.getByRole("row", { name: idOf(link) });
  await row.getByRole("button", { name: "Delete" }).click();
  await expect(operator.getByRole("heading", { name: "Operator", exact: true })).toBeVisible();
  await expect(operator).toHaveURL(/\?state=available$/);
  await expect(row).toHaveCount(0);
  await expectGone(visitor, link, /was revoked/);
});

test("the figures move with an upload and a download, without a reload", async ({ visitor }) => {
  const operator = await visitor();
  await signIn(operator);
  const [uploads, pickedUp] = await Promise.all(["uploads", "picked_up"].map(async (what) => Number(await sum(operator, what).textContent())));
  const shares = Number(await figure(operator, "Shares").textContent());
  const bars = () => operator.locator('[data-bars="uploads"]').getAttribute("d");
  const file = randomFile(3000);
  const { link } = await upload(await visitor(), file);
  await expect(sum(operator, "uploads")).toHaveText(String((uploads ?? 0) + 1));
  await expect(figure(operator, "Shares")).toHaveText(String(shares + 1));
  await expect(operator.getByText("Since you opened this page the list has changed.")).toBeVisible();
  const recipient = await visitor();
  await recipient.goto(link);
  await expectDownload(recipient, downloadButton(recipient), file);
  await expect(sum(operator, "picked_up")).toHaveText(String((pickedUp ?? 0) + 1));
  const drawn = await bars();
  expect(drawn).not.toBe("");
  await operator.reload({ waitUntil: "commit" });
  expect(await bars(), "the script draws what the server draws").toBe(drawn);
});

test("filter and pages find a share, also without JavaScript", async ({ visitor }) => {
  const sender = await visitor();
  const links = await Promise.all(Array.from({ length: 52 }, () => send(sender)));
  const held = links[20] ?? "";
  const ticket = "A".repeat(43);
  const form = { key: keyOf(held), ticket };
  const reserved = await sender.request.post(`/d/${idOf(held)}`, { form, headers: { Accept: "application/json" } });
  expect(reserved.status()).toBe(200);

  const operator = await visitor({ javaScriptEnabled: false });
  await signIn(operator);
  await filter(operator, /^Opened, not taken yet/).click();
  await expect(filter(operator, /^Opened, not taken yet/)).toHaveAttribute("aria-current", "true");
  await expect(operator.getByRole("row", { name: idOf(held) })).toBeVisible();
  await expect(operator.getByRole("row", { name: idOf(links[0] ?? "") })).toHaveCount(0);

  await filter(operator, /^Waiting to be picked up/).click();
  const ids = new Set(links.map(idOf));
  ids.delete(idOf(held));
  for (let page = 0; page < 20; page += 1) {
    for (const id of await operator.locator("td.code").allTextContents()) ids.delete(id);
    const next = operator.getByRole("link", { name: "Next page" });
    if ((await next.count()) === 0) break;
    await next.click();
    await expect(operator).toHaveURL(/\?state=available&after=/);
    await expect(operator.getByText("Opened, not taken yet", { exact: true })).toHaveCount(0);
  }
  expect([...ids], "every other share was on one of the pages").toEqual([]);
  await operator.getByRole("link", { name: "Back to the start" }).click();
  await expect(operator).toHaveURL(/\?state=available#shares-title$/);
});

/** A dry run that also looks for files nothing is known of. */
async function dryRun(page: Page) {
  await page.getByLabel("Also files nothing is known of").check();
  await page.getByRole("button", { name: "Dry run" }).click();
  return page.getByRole("status").filter({ hasText: "Files nothing is known of" });
}

async function stray(visitor: Visitor, server: Server) {
  const page = await visitor();
  await page.goto("/");
  server.strayBlob(idOf(await send(page)));
}

test("a dry run says what is due, and only what it named is removed", async ({ visitor, server }) => {
  await stray(visitor, server);
  const operator = await visitor();
  await signIn(operator);
  await operator.getByRole("button", { name: "Dry run" }).click();
  await expect(operator.getByText("1 file nothing is known of is left alone.")).toBeVisible();
  const report = await dryRun(operator);
  await expect(report).toContainText("This would be removed:");
  await report.getByRole("button", { name: "Clean up now" }).click();
  const dialog = operator.getByRole("dialog", { name: "Remove files nothing is known of?" });
  await dialog.getByRole("button", { name: "Keep them" }).click();
  await expect(report, "nothing happened").toContainText("This would be removed:");
  await report.getByRole("button", { name: "Clean up now" }).click();
  await dialog.getByRole("button", { name: "Remove them" }).click();
  await expect(operator.getByRole("status").filter({ hasText: "Done. This was removed:" })).toBeVisible();
  await expect(await dryRun(operator)).toHaveCount(0);
  await expect(operator.getByText("There was nothing to remove.")).toBeVisible();
});

test("without JavaScript, the dry run comes before the cleanup", async ({ visitor, server }) => {
  await stray(visitor, server);
  const operator = await visitor({ javaScriptEnabled: false });
  await signIn(operator);
  await expect(operator.getByRole("button", { name: "Clean up now" })).toHaveCount(0);
  await (await dryRun(operator)).getByRole("button", { name: "Clean up now" }).click();
  await expect(operator.getByText("Done. This was removed:")).toBeVisible();
});

test("the charts say in words what they draw", async ({ visitor }) => {
  const operator = await visitor({ javaScriptEnabled: false });
  await send(operator);
  await signIn(operator);
  await expect(operator.getByRole("img", { name: /^Uploaded \d+ Pick-ups begun \d+$/ })).toBeVisible();
  await expect(operator.getByRole("img", { name: /^Received .+ Sent .+/ })).toBeVisible();
  await expect(operator.getByRole("img", { name: /^Failed \d+ Turned away \d+$/ })).toBeVisible();
  await expect(operator.getByRole("img", { name: /Free .*Kept free \(MIN_FREE\) 1 GiB/ })).toBeVisible();
  await operator.getByText("Hour by hour, as a table").click();
  const rows = operator.getByRole("group", { name: "Hour by hour, as a table" }).getByRole("row");
  await expect(rows).toHaveCount(25);
  await expect(rows.nth(1), "the present hour comes first").toContainText(/^\d\d:00 UTC[1-9]/);
});

test("a session that ended elsewhere leads to the sign-in, which says so", async ({ visitor }) => {
  const operator = await visitor();
  await signIn(operator);
  const [cookie] = await operator.context().cookies();
  const other = await operator.context().newPage();
  await other.goto("/admin");
  await other.getByRole("button", { name: "Sign out" }).click();
  await expect(other).toHaveURL(/:\d+\/$/);
  await expect(operator.getByText("Your session is over. Sign in again to go on.")).toBeVisible();

  const late = await visitor({ javaScriptEnabled: false });
  await late.goto("/auth/login");
  if (cookie) await late.context().addCookies([cookie]);
  await late.goto("/admin?lang=de");
  await expect(late.getByText("Ihre Sitzung ist zu Ende.")).toBeVisible();
});

test("who guesses too often is told how long to wait", async ({ visitor }) => {
  const server = await Server.start({ RATE_LIMITS: "on", RATE_SIGNIN: "3/h" });
  try {
    const page = await visitor({ baseURL: server.url });
    await page.goto("/auth/login");
    for (const words of ["That is not the password.", /^There were too many tries from your network. Try again in \d+ minutes\.$/]) {
      await page.getByLabel("Password").fill("a guess of the harbour");
      await page.getByRole("button", { name: "Sign in" }).click();
      await expect(page.getByRole("alert")).toHaveText(words);
    }
  } finally {
    await server.stop();
  }
});

test("the operator works in German", async ({ visitor }) => {
  const link = await send(await visitor());
  const operator = await visitor({ locale: "de-AT" });
  await operator.goto("/admin?lang=de");
  await operator.getByLabel("Passwort").fill(ADMIN_PASSWORD);
  await operator.getByRole("button", { name: "Anmelden" }).click();
  await expect(operator.getByRole("heading", { name: "Betrieb", exact: true })).toBeVisible();
  await expect(operator.getByText(/^Zuletzt nachgesehen: .* Diese Seite hält sich selbst aktuell\.$/)).toBeVisible();
  await operator.getByRole("link", { name: /^Wartet auf Abholung/ }).click();
  await expect(operator).toHaveURL(/\?lang=de&state=available/);
  const row = operator.getByRole("row", { name: idOf(link) });
  await expect(row).toContainText("in 24 Stunden");
  await row.getByRole("button", { name: "löschen" }).click();
  await operator.getByRole("dialog").getByRole("button", { name: "Löschen" }).click();
  await expect(row).toHaveCount(0);
  await operator.getByRole("button", { name: "Abmelden" }).click();
  await expect(operator).toHaveURL(/:\d+\/\?lang=de$/);
});

test.describe("while the server is away", () => {
  test.use({ outage: true });

  test("the page says so, and all is well again when it is back", async ({ visitor, server }) => {
    const operator = await visitor();
    await signIn(operator);
    await expect(operator.getByRole("heading", { name: "All is well" })).toBeVisible();
    await server.halt();
    await expect(operator.getByRole("heading", { name: "Something needs a look" })).toBeVisible();
    await expect(operator.getByText("The server does not answer at the moment.")).toBeVisible();
    await server.resume();
    await expect(operator.getByRole("heading", { name: "All is well" })).toBeVisible();
  });
});
