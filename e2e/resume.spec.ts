import { get } from "node:http";
import { downloadButton, expect, expectDownload, expectGone, idOf, randomFile, test, upload } from "./helper.ts";

/** Takes the first bytes of a download and goes away. */
function takeABite(url: string, agent: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = get(url, { headers: { "User-Agent": agent } }, (response) => {
      response.once("data", () => {
        request.destroy();
        resolve(response.statusCode ?? 0);
      });
    });
    request.once("error", reject);
  });
}

test("a download that broke off continues from the page that says the link is gone", async ({ visitor, server }) => {
  const file = randomFile(16 * 1024 * 1024, "large.bin");
  const { link } = await upload(await visitor(), file);
  const id = idOf(link);

  const first = await visitor();
  await first.route("**/r/*/*", (route) => route.fulfill({ status: 204 })); // the browser's own download never begins
  await first.goto(link);
  await downloadButton(first).click();
  await expect(first.getByRole("heading", { name: "Your download is about to start" })).toBeVisible();
  const stored = await first.evaluate((key) => localStorage.getItem(key), `onetimeshare.ticket.${id}`);
  const ticket = stored?.split(" ")[0] ?? "";
  const agent = await first.evaluate(() => navigator.userAgent);
  const context = first.context();
  await first.close();
  expect(await takeABite(`${server.url}/r/${id}/${ticket}`, agent)).toBe(200);
  await expectGone(visitor, link, /being picked up/);

  const again = await context.newPage();
  const answer = await again.goto(link);
  expect(answer?.status()).toBe(410);
  await expect(again.getByRole("heading", { name: "You have not finished yet" })).toBeVisible();
  await expectDownload(again, again.getByRole("link", { name: "Continue", exact: true }), file);
  await expect(again.getByRole("heading", { name: "The file is yours" })).toBeVisible();
  await expectGone(visitor, link, /was picked up/);
});

test("a reopened page continues with its own reservation", async ({ visitor }) => {
  const file = randomFile(3000);
  const { link } = await upload(await visitor(), file);
  const recipient = await visitor();
  await recipient.route("**/r/*/*", (route) => route.fulfill({ status: 204 }));
  await recipient.goto(link);
  await downloadButton(recipient).click();
  await expect(recipient.getByRole("heading", { name: "Your download is about to start" })).toBeVisible();

  const other = await visitor();
  await other.goto(link);
  await downloadButton(other).click();
  await expect(other.getByRole("alert")).toContainText("open somewhere else");

  await recipient.unroute("**/r/*/*");
  await recipient.reload();
  await expectDownload(recipient, downloadButton(recipient), file);
});
