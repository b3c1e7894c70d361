import type { Page } from "@playwright/test";
import { expect, expectGone, idOf, randomFile, test, upload } from "./helper.ts";
import { ADMIN_PASSWORD } from "./server.ts";

async function signIn(page: Page) {
  await page.goto("/admin");
  await expect(page).toHaveURL(/\/auth\/login$/);
  await page.getByLabel("Password").fill(ADMIN_PASSWORD);
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("heading", { name: "Operator", exact: true })).toBeVisible();
}

test("the operator signs in, deletes a share, cleans up and signs out", async ({ visitor }) => {
  const file = randomFile(5000, "a name the operator never sees.bin");
  const { link } = await upload(await visitor(), file);
  const id = idOf(link);

  const operator = await visitor();
  await operator.goto("/auth/login");
  await operator.getByLabel("Password").fill("a guess of the harbour");
  await operator.getByRole("button", { name: "Sign in" }).click();
  await expect(operator.getByRole("alert")).toBeVisible();
  await signIn(operator);

  const row = operator.getByRole("row", { name: id });
  await expect(row).toContainText("Waiting to be picked up");
  await expect(operator.getByText(file.name)).toHaveCount(0);
  await row.getByRole("button", { name: "Delete" }).click();
  await operator.getByRole("dialog").getByRole("button", { name: "Keep it" }).click();
  await expect(row).toBeVisible();
  await row.getByRole("button", { name: "Delete" }).click();
  await operator.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(row).toHaveCount(0);
  await expectGone(visitor, link, /was revoked/);

  await operator.getByRole("button", { name: "Dry run" }).click();
  await expect(operator.getByRole("status").filter({ hasText: "Dry run." })).toBeVisible();
  await operator.getByRole("button", { name: "Clean up now" }).click();
  await expect(operator.getByRole("status").filter({ hasText: "Done." })).toBeVisible();

  await operator.getByRole("button", { name: "Sign out" }).click();
  await operator.goto("/admin");
  await expect(operator).toHaveURL(/\/auth\/login$/);
});

test("the operator deletes without JavaScript", async ({ visitor }) => {
  const { link } = await upload(await visitor(), randomFile(100));
  const operator = await visitor({ javaScriptEnabled: false });
  await signIn(operator);
  const row = operator.getByRole("row", { name: idOf(link) });
  await row.getByRole("button", { name: "Delete" }).click();
  await expect(operator.getByRole("heading", { name: "Operator", exact: true })).toBeVisible();
  await expect(row).toHaveCount(0);
  await expectGone(visitor, link, /was revoked/);
});
