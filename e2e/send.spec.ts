// What a sender chooses, drops, pastes and writes, and the link it ends with.

import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "@playwright/test";
import jsqr from "jsqr";
import { cutOff, downloadButton, expect, givePassphrase, links, randomFile, test, upload, type Visitor } from "./helper.ts";
import { MAX_SIZE } from "./server.ts";

const rows = (page: Page) => page.locator("#filelist li");
const create = (page: Page) => page.getByRole("button", { name: "Create the link" });

/** Collects what is behind a link; a second program, not the one under test, says what is in the ZIP. */
async function unpacked(visitor: Visitor, link: string): Promise<{ name: string; entries: Record<string, string> }> {
  const recipient = await visitor();
  await recipient.goto(link);
  const downloading = recipient.waitForEvent("download");
  await downloadButton(recipient).click();
  const download = await downloading;
  const script = "import json, sys, zipfile\nwith zipfile.ZipFile(sys.argv[1]) as z:\n  assert z.testzip() is None\n  print(json.dumps({n: z.read(n).decode() for n in z.namelist()}))";
  const entries = JSON.parse(execFileSync("python3", ["-c", script, await download.path()], { encoding: "utf8" }));
  return { name: download.suggestedFilename(), entries };
}

/** The bytes behind a link, asked for as the recipient's page does. */
async function collected(page: Page, link: string): Promise<Buffer> {
  const { pathname, hash } = new URL(link);
  const reserved = await page.request.post(pathname, { form: { key: hash.slice(1) }, headers: { Accept: "application/json" } });
  expect(reserved.status()).toBe(200);
  return (await page.request.get((await reserved.json()).download)).body();
}

const textFile = (name: string, words: string) => ({ name, mimeType: "text/plain", buffer: Buffer.from(words) });

test("several files arrive as one ZIP, without the one that was taken off the list", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/");
  await page.setInputFiles("#file", [textFile("one.txt", "first"), textFile("two.txt", "second")]);
  await page.setInputFiles("#file", [textFile("three.txt", "third"), textFile("two.txt", "second")]);
  await expect(rows(page)).toHaveCount(4);
  await page.getByRole("button", { name: "Remove two.txt" }).first().click();
  await expect(page.getByRole("status")).toHaveText("two.txt is off the list.");
  await page.getByRole("button", { name: "Remove one.txt" }).click();
  await expect(rows(page)).toHaveText([/three\.txt.*5 bytes/, /two\.txt.*6 bytes/]);
  await expect(page.getByText("2 files, 11 bytes. They travel as one ZIP file.")).toBeVisible();
  await create(page).click();
  const { link } = await links(page);
  expect((await unpacked(visitor, link)).entries).toEqual({ "three.txt": "third", "two.txt": "second" });
});

test("a folder arrives with its folders in it", async ({ visitor }) => {
  const folder = mkdtempSync(join(tmpdir(), "ots-folder-"));
  try {
    mkdirSync(join(folder, "trip", "day one"), { recursive: true });
    writeFileSync(join(folder, "trip", "plan.txt"), "north");
    writeFileSync(join(folder, "trip", "day one", "log.txt"), "calm");
    const page = await visitor();
    await page.goto("/");
    await page.setInputFiles("#folder", join(folder, "trip"));
    await expect(page.getByText("trip/day one/log.txt")).toBeVisible();
    await create(page).click();
    const { link } = await links(page);
    expect(await unpacked(visitor, link)).toEqual({ name: "trip.zip", entries: { "trip/plan.txt": "north", "trip/day one/log.txt": "calm" } });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

test("what is dropped anywhere on the page is chosen, a folder with all that is in it", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/");
  await page.evaluate(async () => {
    // A folder as a browser hands it out: in batches, the last of them empty.
    const file = (name: string, words: string) => ({ isFile: true, name, file: (give: (file: File) => void) => give(new File([words], name)) });
    const directory = (name: string, batches: unknown[][]) => ({
      isFile: false,
      name,
      createReader: () => ({ readEntries: (give: (entries: unknown[]) => void) => give(batches.shift() ?? []) }),
    });
    const entry = directory("box", [[file("a.txt", "A")], [directory("in", [[file("b.txt", "B")]])]]);
    const data = new DataTransfer();
    data.items.add(new File(["A"], "box"));
    Object.defineProperty(DataTransferItem.prototype, "webkitGetAsEntry", { configurable: true, value: () => entry });
    document.body.dispatchEvent(new DragEvent("drop", { bubbles: true, cancelable: true, dataTransfer: data }));
  });
  await expect(rows(page)).toHaveText([/box\/a\.txt/, /box\/in\/b\.txt/]);
  await create(page).click();
  const { link } = await links(page);
  expect((await unpacked(visitor, link)).entries).toEqual({ "box/a.txt": "A", "box/in/b.txt": "B" });
});

test("an image from the clipboard becomes a file, text becomes a text", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/");
  const paste = (kind: "image" | "text", into = "body") =>
    page.evaluate(
      ([kind, into]) => {
        const data = new DataTransfer();
        if (kind === "image") data.items.add(new File(["picture"], "image.png", { type: "image/png" }));
        else data.setData("text/plain", "Door code: 4471#");
        document.querySelector(into)?.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, cancelable: true, clipboardData: data }));
      },
      [kind, into] as const,
    );
  await paste("image");
  await paste("image");
  await expect(rows(page)).toHaveText([/Pasted 1\.png/, /Pasted 2\.png/]);
  await paste("text", "#passphrase");
  await expect(page.getByLabel("Your text"), "what is pasted into a field stays there").toBeHidden();
  await paste("text");
  await expect(page.getByLabel("Your text")).toBeFocused();
  await expect(page.getByLabel("Your text")).toHaveValue("Door code: 4471#");
  await create(page).click();
  const { link } = await links(page);
  expect(String(await collected(page, link))).toBe("Door code: 4471#");
});

test("a text is sent as it was written, up to the limit that is said", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/");
  await page.getByRole("radio", { name: "Text" }).check();
  await create(page).click();
  await expect(page.getByRole("alert")).toHaveText("Write something to send first.");
  await expect(page.getByText("Room for 1 MiB.")).toBeVisible();
  await page.getByLabel("Your text").fill("ä".repeat(600 * 1024));
  await expect(page.getByText("Too long by 176 KiB.")).toBeVisible();
  await create(page).click();
  await expect(page.getByRole("alert")).toContainText("The text is too long.");
  await page.getByLabel("Your text").fill("Grüße 🎉\nzweite Zeile");
  await create(page).click();
  const { link } = await links(page);
  await expect(page.getByText("A text", { exact: true }).last()).toBeVisible();
  expect(String(await collected(page, link))).toBe("Grüße 🎉\nzweite Zeile");
});

test("files that are too large together, or too many, are refused before anything is sent", async ({ visitor }) => {
  const page = await visitor();
  const sent: string[] = [];
  page.on("request", (request) => { if (request.method() === "POST") sent.push(request.url()); });
  await page.goto("/");
  const choose = (count: number, bytes: number) =>
    page.evaluate(
      ([count, bytes]) => {
        const data = new DataTransfer();
        for (let file = 0; file < count; file += 1) data.items.add(new File([new Uint8Array(bytes)], `${file}.bin`));
        const input = document.querySelector<HTMLInputElement>("#file");
        if (!input) throw new Error("no file field");
        input.files = data.files;
        input.dispatchEvent(new Event("change", { bubbles: true }));
      },
      [count, bytes] as const,
    );
  await choose(2, MAX_SIZE / 2);
  await expect(page.getByRole("alert")).toContainText("This server takes up to 64 MiB at once");
  await choose(1001, 1);
  await expect(page.getByRole("alert")).toContainText("more than 1000 files");
  await expect(rows(page)).toHaveCount(0);
  await create(page).click();
  await expect(page.getByRole("alert")).toHaveText("Choose something to send first.");
  await choose(18, 1);
  await expect(rows(page)).toHaveCount(6);
  await page.getByRole("button", { name: "Show 12 more" }).click();
  await expect(rows(page)).toHaveCount(18);
  expect(sent.filter((url) => url.endsWith("/upload"))).toEqual([]);
});

test("a suggested passphrase is five words, opens the drop, and is shown once more", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/");
  await page.setInputFiles("#file", randomFile(10));
  const strength = page.locator('[data-slot="strength"]');
  for (const [words, judged] of [["hunter2", "Still too short."], ["password", "Easy to guess."], ["summer 2026", "Easy to guess."], ["correct horse battery", "Good enough"], ["vK3#x9Qw!tB7pL", "Strong."]] as const) {
    if (words === "hunter2") await givePassphrase(page, words);
    else await page.getByLabel("Passphrase", { exact: true }).fill(words);
    await expect(strength).toContainText(judged);
  }
  const drawn = new Set<string>();
  for (let time = 0; time < 3; time += 1) {
    await page.getByRole("button", { name: "Suggest one" }).click();
    await expect(strength).toContainText("five words drawn by chance");
    drawn.add(await page.getByLabel("Passphrase", { exact: true }).inputValue());
    if (time < 2) await page.getByLabel("Passphrase", { exact: true }).fill("");
  }
  expect(drawn.size).toBe(3);
  for (const words of drawn) expect(words).toMatch(/^[a-z]{3,8}(-[a-z]{3,8}){4}$/);
  await create(page).click();
  const { link } = await links(page);
  const told = await page.locator("#told").inputValue();
  expect(told).toBe([...drawn].at(-1));
  const { pathname, hash } = new URL(link);
  const opened = await page.request.post(pathname, { form: { key: hash.slice(1), passphrase: told }, headers: { Accept: "application/json" } });
  expect(opened.status()).toBe(200);
});

test("a passphrase that is taken away again is not sent", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/");
  await page.setInputFiles("#file", randomFile(10));
  await givePassphrase(page, "correct horse");
  await page.locator("summary", { hasText: "Passphrase" }).click();
  await create(page).click();
  const { link } = await links(page);
  await collected(page, link);
});

test("the QR code is the link, and no address holds it", async ({ visitor }) => {
  const page = await visitor();
  const { link } = await upload(page, randomFile(10));
  const { pixels, side } = await page.locator("#qr svg").evaluate((svg) => {
    const scale = 6;
    const side = Number(svg.getAttribute("viewBox")?.split(" ")[2]) * scale;
    const canvas = Object.assign(document.createElement("canvas"), { width: side, height: side });
    const brush = canvas.getContext("2d");
    if (!brush) throw new Error("no canvas");
    brush.fillStyle = "white";
    brush.fillRect(0, 0, side, side);
    brush.scale(scale, scale);
    brush.fillStyle = "black";
    brush.fill(new Path2D(svg.querySelector("path")?.getAttribute("d") ?? ""));
    return { side, pixels: [...brush.getImageData(0, 0, side, side).data] };
  });
  const decode = jsqr as unknown as typeof jsqr.default;
  expect(decode(new Uint8ClampedArray(pixels), side, side)?.data).toBe(link);
  const addresses = await page.evaluate(() => performance.getEntriesByType("resource").map(({ name }) => name));
  expect(addresses.filter((address) => address.includes(link.slice(-43)))).toEqual([]);
});

test("the contract follows the choice, also without JavaScript", async ({ visitor }) => {
  for (const javaScriptEnabled of [true, false]) {
    const page = await visitor({ javaScriptEnabled });
    await page.goto("/");
    await expect(page.locator(".contract")).toHaveText(/Opens once/);
    await expect(page.getByText("expires in 1 day")).toBeVisible();
    await page.getByRole("radio", { name: "7 days" }).check();
    await expect(page.getByText("expires in 7 days")).toBeVisible();
    await expect(page.getByText("expires in 1 day")).toBeHidden();
  }
});

test("the link is copied, and the page says so", async ({ visitor }) => {
  const page = await visitor();
  const { link } = await upload(page, randomFile(10));
  await page.getByRole("button", { name: "Copy the link" }).click();
  await expect(page.getByRole("button", { name: "Copied" })).toBeVisible();
  await expect(page.getByRole("status")).toHaveText("Copied");
  // The pages may not read the clipboard; a person pastes.
  await page.getByRole("link", { name: "Send something else" }).click();
  await page.getByRole("radio", { name: "Text" }).check();
  await page.getByLabel("Your text").press("ControlOrMeta+V");
  await expect(page.getByLabel("Your text")).toHaveValue(link);
});

test("a sender with nothing but a keyboard sends a text", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/");
  await page.getByRole("radio", { name: "Files" }).focus();
  await page.keyboard.press("ArrowRight");
  await page.keyboard.press("Tab");
  await page.keyboard.type("by hand");
  await page.keyboard.press("Tab");
  await page.keyboard.press("ArrowRight");
  await expect(page.getByText("expires in 3 days")).toBeVisible();
  await page.keyboard.press("Tab");
  await page.keyboard.press("Enter");
  await expect(page.getByLabel("Passphrase", { exact: true })).toBeFocused();
  await page.keyboard.type("a keyboard's own words");
  for (let step = 0; step < 4; step += 1) {
    await page.keyboard.press("Tab");
    if (await create(page).evaluate((button) => button === document.activeElement)) break;
  }
  await page.keyboard.press("Enter");
  await expect(page.getByRole("heading", { name: "Your link is ready" })).toBeFocused();
  await page.keyboard.press("Tab");
  await expect(page.getByLabel("The link")).toBeFocused();
});

test("sending something else loses neither the choices nor the last link", async ({ visitor }) => {
  const page = await visitor();
  const { link } = await upload(page, randomFile(10), { expires: "7d" });
  await page.getByRole("link", { name: "Send something else" }).click();
  await expect(rows(page)).toHaveCount(0);
  await expect(page.getByRole("radio", { name: "7 days" })).toBeChecked();
  await page.getByRole("button", { name: "Show your last link again" }).click();
  expect((await links(page)).link).toBe(link);
});

test("the progress stands in the tab's title and goes with the upload", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/");
  const title = await page.title();
  await page.evaluate(() => {
    const seen: string[] = [];
    Object.assign(globalThis, { seen });
    const element = document.querySelector("title");
    if (element) new MutationObserver(() => seen.push(document.title)).observe(element, { childList: true });
  });
  await page.setInputFiles("#file", randomFile(8 * 1024 * 1024));
  await create(page).click();
  await links(page);
  const seen = await page.evaluate(() => (globalThis as unknown as { seen: string[] }).seen);
  expect(seen.filter((words) => /^\d+% – /.test(words)).length).toBeGreaterThan(0);
  expect(await page.title()).toBe(title);
});

test("each refusal says what to do next", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/");
  await page.setInputFiles("#file", randomFile(10));
  for (const [status, problem, words] of [
    [413, { type: "x/too-large" }, "which takes up to 64 MiB"],
    [429, { retry_after: 120 }, "Try again in 2 minutes."],
  ] as const) {
    await page.route("**/upload", (route) => route.fulfill({ status, contentType: "application/problem+json", body: JSON.stringify(problem) }));
    await page.locator("button:visible", { hasText: /Create the link|Try again/ }).click();
    await expect(page.locator('[data-slot="reason"]')).toContainText(words);
    await page.unroute("**/upload");
  }
});

test.describe("without a server or a network", () => {
  test.use({ outage: true });

  test("each failure says what to do next, and all can be tried again", async ({ visitor }) => {
    const page = await visitor();
    await page.goto("/");
    await page.setInputFiles("#file", randomFile(10));
    const press = () => page.locator("button:visible", { hasText: /Create the link|Try again/ }).click();
    const reason = page.locator('[data-slot="reason"]');
    await page.route("**/upload", (route) => route.fulfill({ status: 503, body: "{}" }));
    await press();
    await expect(reason).toContainText("out of order for a moment");
    await page.unroute("**/upload");
    await page.route("**/upload", (route) => route.abort("connectionreset"));
    await press();
    await expect(reason).toContainText("the server is there");
    await page.route("**/health", (route) => route.abort("connectionrefused"));
    await press();
    await expect(reason).toContainText("does not answer");
    await page.evaluate(() => Object.defineProperty(navigator, "onLine", { configurable: true, get: () => false }));
    await press();
    await expect(reason).toContainText("You are offline");
    await page.unroute("**/upload");
    await page.getByRole("button", { name: "Try again" }).click();
    await links(page);
  });
});

test("on a narrow screen nothing is cut off, whatever the names are", async ({ visitor }) => {
  const page = await visitor({ viewport: { width: 320, height: 640 } });
  await page.goto("/");
  await page.setInputFiles("#file", [randomFile(10, `${"x".repeat(140)}.bin`), randomFile(10, "b.bin")]);
  await givePassphrase(page, "a passphrase that is long enough");
  expect(await cutOff(page)).toEqual([]);
  await create(page).click();
  await links(page);
  await page.getByLabel("Remember this drop on this device").check();
  expect(await cutOff(page)).toEqual([]);
});

test("on paper stand the link and its picture, and no passphrase", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/");
  await page.setInputFiles("#file", randomFile(10));
  await givePassphrase(page, "correct horse");
  await page.getByRole("button", { name: "Suggest one" }).click();
  await expect(page.locator('[data-slot="strength"]')).toContainText("five words");
  await create(page).click();
  const { link } = await links(page);
  await page.emulateMedia({ media: "print" });
  await expect(page.getByText(link)).toBeVisible();
  await expect(page.locator("#qr svg")).toBeVisible();
  await expect(page.locator("#told")).toBeHidden();
  await expect(page.locator("#status-link")).toBeHidden();
});
