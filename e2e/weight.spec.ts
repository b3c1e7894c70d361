// What a page costs: every visit without a cache stays small, asks nobody else, and breaks no rule of the policy.

import type { Page } from "@playwright/test";
import { ADMIN, COLLECT, STATUS, UPLOAD } from "./handles.ts";
import { expect, randomFile, test, upload } from "./helper.ts";
import { ADMIN_PASSWORD } from "./server.ts";

const LIMIT = 60 * 1024;

/** Opens a page as somebody who was never here; what came over the line for it, headers included. */
async function weigh(page: Page, url: string, shown: string): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("Network.enable");
  await session.send("Network.setCacheDisabled", { cacheDisabled: true });
  let bytes = 0;
  const failed: string[] = [];
  session.on("Network.loadingFinished", ({ encodedDataLength }) => (bytes += encodedDataLength));
  session.on("Network.responseReceived", ({ type, response }) => {
    if (type !== "Document" && response.status >= 400) failed.push(`${response.status} ${response.url}`);
  });
  session.on("Network.loadingFailed", ({ errorText, blockedReason }) => failed.push(`${errorText} ${blockedReason ?? ""}`));
  await page.addInitScript(() => {
    addEventListener("securitypolicyviolation", (event) => console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
  });
  await page.goto("about:blank");
  bytes = 0;
  await page.goto(url, { waitUntil: "networkidle" });
  await expect(page.locator(shown).first()).toBeVisible();
  expect(failed, url).toEqual([]);
  await session.detach();
  return bytes;
}

test("every page weighs less than 60 KiB and asks nobody else", async ({ visitor }) => {
  const { link, statusLink } = await upload(await visitor(), randomFile(1000));
  const { link: protectedLink } = await upload(await visitor(), randomFile(1000), { passphrase: "correct horse" });
  const pages = [
    ["/", UPLOAD.submit],
    [link, COLLECT.submit],
    [protectedLink, COLLECT.passphrase],
    [statusLink, STATUS.view],
    ["/d/00000000-0000-4000-8000-000000000000", "h1"],
    ["/no/such/page", "h1"],
    ["/auth/login", ADMIN.signIn],
  ] as const;
  const weights: Record<string, number> = {};
  for (const [url, shown] of pages) {
    const bytes = await weigh(await visitor(), url, shown);
    weights[new URL(url, "http://here").pathname.replace(/[0-9a-f-]{36}/, "…")] = bytes;
    expect(bytes, url).toBeGreaterThan(1000);
    expect(bytes, url).toBeLessThanOrEqual(LIMIT);
  }
  test.info().annotations.push({ type: "bytes", description: JSON.stringify(weights) });
});

test("the operator's page is as light, its list aside", async ({ visitor }) => {
  const page = await visitor();
  await page.goto("/auth/login");
  await page.locator(ADMIN.password).fill(ADMIN_PASSWORD);
  await page.locator(ADMIN.signIn).first().click();
  await page.waitForURL("**/admin");
  expect(await weigh(page, "/admin?state=abandoned", "h1")).toBeLessThanOrEqual(LIMIT);
});
