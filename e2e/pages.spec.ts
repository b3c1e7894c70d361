// Every page in every state, light, dark and narrow: reachable for everybody, nothing wider than the screen, under the strict policy.

import axe from "axe-core";
import type { Page } from "@playwright/test";
import { cutOff, downloadButton, expect, expectDownload, givePassphrase, idOf, keyOf, message, randomFile, rememberAsOwn, test, upload, type Visitor } from "./helper.ts";
import { ADMIN_PASSWORD, MAX_SIZE } from "./server.ts";

const UNKNOWN = "/d/00000000-0000-4000-8000-000000000000";
const PASSPHRASE = "correct horse";
const IN_APP = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Version/4.0 Chrome/140.0 Mobile Safari/537.36";
const WIDE = { width: 1100, height: 800 };
const LOOKS = [
  { look: "light", colorScheme: "light", size: WIDE },
  { look: "dark", colorScheme: "dark", size: WIDE },
  { look: "narrow", colorScheme: "light", size: { width: 320, height: 640 } },
] as const;

/** A visitor whose pages bring the checker along; it runs beside the page, whose own policy stays in force. */
async function examined(visitor: Visitor, userAgent?: string): Promise<Page> {
  const page = await visitor({ reducedMotion: "reduce", ...(userAgent ? { userAgent } : {}) });
  await page.addInitScript({ content: axe.source });
  return page;
}

/** Looks at the state a page is in, in every way it can be looked at. */
async function look(page: Page, state: string) {
  const footer = page.getByRole("contentinfo");
  await expect(footer.getByText("Harbour Studio"), state).toBeVisible();
  await expect(footer.locator('a[href="mailto:abuse@example.org"]'), state).toBeVisible();
  for (const { look, colorScheme, size } of LOOKS) {
    await page.emulateMedia({ colorScheme });
    await page.setViewportSize(size);
    const violations = await page.evaluate(async () => {
      const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
      const checker = (globalThis as unknown as { axe: typeof import("axe-core") }).axe;
      const result = await checker.run(document, { runOnly: { type: "tag", values: tags }, resultTypes: ["violations"] });
      return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" · ")}`);
    });
    expect(violations, `${state}, ${look}`).toEqual([]);
    expect(await cutOff(page), `${state}, ${look}`).toEqual([]);
  }
  await page.setViewportSize(WIDE);
}

/** Opens a page afresh, also where only the fragment differs, and expects the policy with it. */
async function open(page: Page, url: string, status = 200) {
  await page.goto("about:blank");
  const answer = await page.goto(url);
  expect(answer?.status(), url).toBe(status);
  const headers = answer?.headers() ?? {};
  expect(headers["content-security-policy"], url).toContain("script-src 'self'");
  expect(headers["content-security-policy"], url).not.toContain("unsafe");
  expect(headers["cache-control"], url).toContain("no-store");
}

/** Sends a form as a browser without scripts does, past the page's own script. */
async function submitPlainly(page: Page, form: string, fields: Record<string, string>) {
  const answered = page.waitForNavigation();
  await page.evaluate(
    ([selector, values]) => {
      const found = document.querySelector<HTMLFormElement>(selector);
      if (!found) throw new Error(`no form ${selector}`);
      for (const [name, value] of Object.entries(values)) {
        const known = found.elements.namedItem(name);
        if (known instanceof HTMLInputElement) known.value = value;
        else found.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
      }
      found.submit();
    },
    [form, fields] as const,
  );
  await answered;
}

const heading = (page: Page, name: string | RegExp) => expect(page.getByRole("heading", { level: 1, name })).toBeVisible();

test("the sender's page while a file is sent", async ({ visitor }) => {
  const page = await examined(visitor);
  await open(page, "/");
  await look(page, "upload");
  await page.getByText("What it does not do").click();
  await look(page, "upload, small print");
  await page.evaluate((bytes) => {
    const data = new DataTransfer();
    data.items.add(new File([new Uint8Array(bytes)], "too big.bin"));
    const input = document.querySelector<HTMLInputElement>("#file");
    if (!input) throw new Error("no file field");
    input.files = data.files;
    input.dispatchEvent(new Event("change", { bubbles: true }));
  }, MAX_SIZE + 1);
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "too large");

  await page.getByRole("radio", { name: "Text" }).check();
  await look(page, "text");
  await page.getByLabel("Your text").fill("x".repeat(1024 * 1024 + 1));
  await expect(page.getByText("Too long by 1 byte.")).toBeVisible();
  await look(page, "text too long");
  await page.getByRole("radio", { name: "Files" }).check();
  await page.setInputFiles("#file", Array.from({ length: 9 }, (_, place) => randomFile(4000, `${place}${"y".repeat(70)}.bin`)));
  await look(page, "chosen");
  await givePassphrase(page, PASSPHRASE);
  await page.getByRole("button", { name: "Suggest one" }).click();
  await expect(page.getByText("five words drawn by chance")).toBeVisible();
  await look(page, "passphrase suggested");
  await page.route("**/upload", () => {}); // never answered
  await page.getByRole("button", { name: "Create the link" }).click();
  await expect(page.getByRole("progressbar")).toBeVisible();
  await look(page, "sending");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "cancelled");
  await page.unroute("**/upload");
  await page.route("**/upload", (route) => route.fulfill({ status: 422, contentType: "application/problem+json", body: '{"detail":"No."}' }));
  await page.getByRole("button", { name: "Create the link" }).click();
  await expect(page.getByRole("heading", { name: "That did not work" })).toBeVisible();
  await look(page, "failed");
  await page.unroute("**/upload");
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("heading", { name: "Your link is ready" })).toBeVisible();
  await page.getByLabel("Remember this drop on this device").check();
  await look(page, "done");
  await page.getByRole("link", { name: "Send something else" }).click();
  await page.getByRole("button", { name: "Take back" }).click();
  await look(page, "your drops, one about to be taken back");
  await page.getByRole("button", { name: "Undo" }).click();
  await look(page, "your drops");

  await open(page, "/");
  await page.setInputFiles("#file", randomFile(10));
  // The script had moved the file up and taken it on its list; a browser without one sends the field, last.
  await page.evaluate(() => {
    const input = document.querySelector<HTMLInputElement>("#file");
    const data = new DataTransfer();
    data.items.add(new File(["plain"], "plain.txt"));
    if (input) input.files = data.files;
    document.querySelector("#options")?.after(document.querySelector("#what") ?? "");
  });
  await submitPlainly(page, "#upload", {});
  await heading(page, "Your link is ready");
  await look(page, "done without a script");
});

test("the sender's status page", async ({ visitor }) => {
  const page = await examined(visitor);
  const { link, statusLink } = await upload(page, randomFile(4000), { passphrase: PASSPHRASE });
  await open(page, statusLink.split("#")[0] ?? "");
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "asked for the owner key");
  await open(page, statusLink);
  await heading(page, "Waiting to be picked up");
  await look(page, "waiting");

  for (let guess = 1; guess <= 5; guess += 1) {
    await page.request.post(`/d/${idOf(link)}`, { form: { key: keyOf(link), passphrase: `wrong horse ${guess}` }, headers: { Accept: "application/json" } });
  }
  await heading(page, "Locked");
  await look(page, "locked");
  await submitPlainly(page, "#owner-form", { owner: keyOf(statusLink), action: "status" });
  await heading(page, "Locked");
  await look(page, "locked, without a script");

  await open(page, statusLink);
  await page.getByRole("button", { name: "Revoke the link" }).click();
  await look(page, "asked before revoking");
  await page.getByRole("dialog").getByRole("button", { name: "Revoke the link" }).click();
  await heading(page, "Revoked");
  await look(page, "revoked");
});

test("the recipient's page", async ({ visitor }) => {
  const sender = await visitor();
  const file = randomFile(4000);
  const { link, statusLink } = await upload(sender, file);
  const page = await examined(visitor);
  await open(page, link.slice(0, -5));
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "clipped link");
  await open(page, link);
  await expect(page.getByText(file.name).first()).toBeVisible();
  await look(page, "offer");
  await rememberAsOwn(page, link, statusLink);
  await open(page, link);
  await heading(page, "This is your own link");
  await look(page, "one's own link");
  await page.evaluate(() => localStorage.clear());
  await open(page, link);

  await page.route("**/r/*/*", (route) => route.fulfill({ status: 204 })); // the browser's own download never begins
  await downloadButton(page).click();
  await heading(page, "Your download is about to start");
  await look(page, "set aside");
  await expect(page.getByText("Your browser has not asked for the file yet.").first()).toBeVisible();
  await look(page, "set aside, and late");
  await submitPlainly(page, "#collect", { key: keyOf(link), ticket: await ticketOf(page, link) });
  await heading(page, "The file is set aside for you");
  await look(page, "set aside, without a script");

  const other = await examined(visitor);
  await open(other, link);
  await downloadButton(other).click();
  await expect(other.getByRole("alert")).toContainText("open somewhere else");
  await look(other, "held by somebody else");
  const third = await examined(visitor);
  await open(third, link);
  await submitPlainly(third, "#collect", { key: keyOf(link) });
  await heading(third, "The link is open somewhere else");
  await look(third, "held by somebody else, without a script");

  await page.unroute("**/r/*/*");
  await open(page, link);
  await expectDownload(page, downloadButton(page), file);
  await heading(page, "The file is yours");
  await look(page, "finished");
  await heading(other, "It was picked up");
  await look(other, "picked up by somebody else");
  await open(other, link, 410);
  await heading(other, "It was picked up");
  await look(other, "gone, with the key");
});

test("the recipient's page with a passphrase", async ({ visitor }) => {
  const { link } = await upload(await visitor(), randomFile(4000), { passphrase: PASSPHRASE });
  const page = await examined(visitor);
  await open(page, link, 401);
  await expect(page.getByText("waits until")).toBeVisible();
  await look(page, "passphrase");
  await submitPlainly(page, "#collect", { key: keyOf(link), passphrase: "wrong horse" });
  await expect(page.getByRole("alert")).toContainText("tries left: 4");
  await expect(page.getByLabel("The part of the link after #"), "nobody is asked for the key again").toBeHidden();
  await look(page, "wrong passphrase, without a script");
  await open(page, link, 401);
  for (let left = 3; left >= 1; left -= 1) {
    await page.getByLabel("Passphrase", { exact: true }).fill(`wrong horse ${left}`);
    await downloadButton(page).click();
    await expect(page.getByRole("alert")).toContainText(`tries left: ${left}`);
  }
  await look(page, "wrong passphrase");
  await page.getByLabel("Passphrase", { exact: true }).fill("wrong horse at last");
  await downloadButton(page).click();
  await heading(page, "It is locked");
  await look(page, "locked");
  await submitPlainly(page, "#collect", { key: keyOf(link), passphrase: PASSPHRASE });
  await heading(page, "Too many wrong passphrases");
  await look(page, "locked, without a script");
});

test.describe("on a line that breaks", () => {
  test.use({ outage: true });

  test("the recipient's page of a message", async ({ visitor }) => {
    const { link } = await message(await visitor(), "The key is under the mat.\n".repeat(60));
    const page = await examined(visitor, `${IN_APP} Instagram 300.0`);
    await open(page, link);
    await heading(page, "Somebody sent you a message");
    await look(page, "message, inside an app");
    await page.route("**/r/*/*", (route) => route.abort("connectionreset"));
    await page.getByRole("button", { name: "Show the message" }).click();
    await expect(page.getByRole("button", { name: "Continue" })).toBeVisible({ timeout: 40_000 });
    await look(page, "message, broken off");
    await page.unroute("**/r/*/*");
    await page.getByRole("button", { name: "Continue" }).click();
    await heading(page, "The message");
    await expect(page.getByText("it is gone from the server now")).toBeVisible();
    await look(page, "message, shown");

    const { link: plain } = await message(await visitor(), "short");
    await open(page, plain);
    await submitPlainly(page, "#collect", { key: keyOf(plain) });
    await heading(page, "The message is set aside for you");
    await look(page, "message set aside, without a script");
  });
});

test("the pages that open nothing", async ({ visitor }) => {
  const page = await examined(visitor);
  await open(page, UNKNOWN, 410);
  await look(page, "gone");
  await open(page, "/no/such/page", 404);
  await look(page, "error");
  const tool = await examined(visitor, "curl/8.14.1");
  await tool.setExtraHTTPHeaders({ Accept: "text/html" });
  await open(tool, UNKNOWN, 406);
  await look(tool, "not acceptable");
});

test("the operator's pages", async ({ visitor, server }) => {
  test.setTimeout(180_000);
  const { link } = await upload(await visitor(), randomFile(4000));
  const page = await examined(visitor);
  server.strayBlob(idOf(link));
  await open(page, "/auth/login?note=ended");
  await look(page, "session ended");
  await open(page, "/auth/login");
  await look(page, "sign-in");
  await page.getByLabel("Password").fill("a guess of the harbour");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
  await look(page, "wrong password");
  await page.getByLabel("Password").fill(ADMIN_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await heading(page, "Operator");
  await expect(page.getByText("This page keeps itself up to date.")).toBeVisible();
  await page.getByText("Hour by hour, as a table").click();
  await look(page, "operator");
  // Other tests' shares lie here, too, and the list has pages.
  await page.locator("table.shares").getByRole("button", { name: "Delete" }).first().click();
  await look(page, "asked before deleting");
  await open(page, "/admin?state=abandoned");
  await expect(page.getByText("There is nothing in this state here.")).toBeVisible();
  await look(page, "operator, an empty filter");
  await page.getByLabel("Also files nothing is known of").check();
  await page.getByRole("button", { name: "Dry run" }).click();
  await expect(page.getByText("This would be removed:")).toBeVisible();
  await look(page, "operator, dry run");
  await page.getByRole("button", { name: "Clean up now" }).click();
  await look(page, "asked before cleaning up");
  await page.getByRole("button", { name: "Remove them" }).click();
  await expect(page.getByText("This was removed:")).toBeVisible();
  await look(page, "operator, cleaned up");
});

test("the page for a link that opens nothing is the same for everybody", async ({ visitor }) => {
  const page = await visitor();
  const unknown = await page.request.get(UNKNOWN, { headers: { Accept: "text/html" } });
  const malformed = await page.request.get("/d/not-an-id", { headers: { Accept: "text/html" } });
  expect([unknown.status(), malformed.status()]).toEqual([410, 410]);
  expect(await malformed.text()).toBe(await unknown.text());
});

/** The ticket the page has drawn for a share. */
async function ticketOf(page: Page, link: string): Promise<string> {
  const stored = await page.evaluate((name) => localStorage.getItem(name), `onetimeshare.ticket.${idOf(link)}`);
  return stored?.split(" ")[0] ?? "";
}
