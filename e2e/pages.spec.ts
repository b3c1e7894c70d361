// Every page, light and dark, wide and narrow: reachable for everybody, nothing wider than the screen, under the strict policy.

import axe from "axe-core";
import type { BrowserContextOptions, Page } from "@playwright/test";
import { expect, randomFile, test, upload, type Visitor } from "./helper.ts";
import { ADMIN_PASSWORD } from "./server.ts";

const UNKNOWN = "/d/00000000-0000-4000-8000-000000000000";

async function everyPage(page: Page, visitor: Visitor, look: (name: string) => Promise<void>) {
  const sender = await visitor();
  const open = await upload(sender, randomFile(4000));
  const guarded = await upload(sender, randomFile(4000), { passphrase: "correct horse" });
  const visits: [string, string, number][] = [
    ["upload", "/", 200],
    ["collect", open.link, 200],
    ["passphrase", guarded.link, 401],
    ["gone", UNKNOWN, 410],
    ["status", open.statusLink, 200],
    ["login", "/auth/login", 200],
    ["error", "/no/such/page", 404],
  ];
  for (const [name, url, status] of visits) {
    await page.goto("about:blank");
    const answer = await page.goto(url);
    expect(answer?.status(), name).toBe(status);
    const headers = answer?.headers() ?? {};
    expect(headers["content-security-policy"], name).toContain("script-src 'self'");
    expect(headers["content-security-policy"], name).not.toContain("unsafe");
    expect(headers["cache-control"], name).toContain("no-store");
    await page.waitForLoadState("networkidle");
    await look(name);
  }
  await page.goto("/auth/login");
  await page.getByLabel("Password").fill(ADMIN_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Operator", exact: true })).toBeVisible();
  await look("admin");
}

const LOOKS: [string, BrowserContextOptions][] = [
  ["light", { colorScheme: "light" }],
  ["dark", { colorScheme: "dark" }],
  ["narrow", { colorScheme: "light", viewport: { width: 320, height: 640 } }],
];

for (const [look, options] of LOOKS) {
  test(`every page can be used by everybody: ${look}`, async ({ visitor }) => {
    // The checker is put into the page from outside, which the pages' own policy rightly forbids.
    const page = await visitor({ ...options, bypassCSP: true, reducedMotion: "reduce" });
    await everyPage(page, visitor, async (name) => {
      await page.evaluate(axe.source);
      const violations = await page.evaluate(async () => {
        const tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"];
        const checker = (globalThis as unknown as { axe: typeof import("axe-core") }).axe;
        const result = await checker.run(document, { runOnly: { type: "tag", values: tags } });
        return result.violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(" · ")}`);
      });
      expect(violations, name).toEqual([]);
      const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(tooWide, `${name} scrolls sideways`).toBeLessThanOrEqual(0);
    });
  });
}

test("every page runs under the strict policy without a complaint", async ({ visitor }) => {
  const page = await visitor();
  await everyPage(page, visitor, async (name) => {
    await expect(page.getByText("Harbour Studio"), name).toBeVisible();
    await expect(page.getByRole("link", { name: "Report abuse" }), name).toBeVisible();
  });
});

test("the page for a link that opens nothing is the same for everybody", async ({ visitor }) => {
  const page = await visitor();
  const unknown = await page.request.get(UNKNOWN, { headers: { Accept: "text/html" } });
  const malformed = await page.request.get("/d/not-an-id", { headers: { Accept: "text/html" } });
  expect([unknown.status(), malformed.status()]).toEqual([410, 410]);
  expect(await malformed.text()).toBe(await unknown.text());
});
