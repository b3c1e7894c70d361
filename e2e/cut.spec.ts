// The line breaks in the middle, as in a train: of an upload, of a download.

import { COLLECT, DELIVERY, READY, UPLOAD } from "./handles.ts";
import { expect, expectDownload, randomFile, test } from "./helper.ts";
import { Line } from "./line.ts";

test.use({ outage: true });
test.setTimeout(180_000);

const MIB = 1024 * 1024;

test("an upload that loses the line is sent again without choosing again", async ({ visitor, server }) => {
  const line = await Line.to(server.url);
  try {
    const file = randomFile(24 * MIB);
    const sender = await visitor({ baseURL: line.url });
    await sender.goto("/");
    await sender.setInputFiles(UPLOAD.file, file);
    line.hold({ up: 8 * MIB });
    await sender.locator(UPLOAD.submit).click();
    await expect(async () => expect(await sender.locator(UPLOAD.progress).evaluate((bar: HTMLProgressElement) => bar.position)).toBeGreaterThan(0.2)).toPass();
    line.cut();
    await sender.context().setOffline(true);
    await expect(sender.locator(UPLOAD.retry)).toBeVisible();
    // Trying while there is still no line fails as gently.
    const failed = sender.waitForEvent("requestfailed");
    await sender.locator(UPLOAD.retry).click();
    await failed;
    await expect(sender.locator(UPLOAD.retry)).toBeVisible();

    line.mend();
    await sender.context().setOffline(false);
    await sender.locator(UPLOAD.retry).click();
    await expect(sender.locator(READY.link)).toBeVisible({ timeout: 60_000 });
    const link = await sender.locator(READY.link).inputValue();
    const recipient = await visitor({ baseURL: line.url });
    await recipient.goto(link);
    await expectDownload(recipient, recipient.locator(COLLECT.submit), file);
  } finally {
    await line.close();
  }
});

test("a download that loses the line goes on from its page", async ({ visitor, server }) => {
  const line = await Line.to(server.url);
  try {
    const file = randomFile(32 * MIB);
    const sender = await visitor({ baseURL: line.url });
    await sender.goto("/");
    await sender.setInputFiles(UPLOAD.file, file);
    await sender.locator(UPLOAD.submit).click();
    await expect(sender.locator(READY.link)).toBeVisible({ timeout: 60_000 });
    const link = await sender.locator(READY.link).inputValue();

    const recipient = await visitor({ baseURL: line.url });
    await recipient.goto(link);
    line.hold({ down: 4 * MIB });
    const began = recipient.waitForEvent("download");
    await recipient.locator(COLLECT.submit).click();
    const broken = await began;
    await expect(async () => expect(await recipient.locator(DELIVERY.progress).evaluate((bar: HTMLProgressElement) => bar.position)).toBeGreaterThan(0)).toPass();
    line.cut();
    await recipient.context().setOffline(true);
    expect(await broken.failure(), "the browser calls it broken, not complete").toBeTruthy();

    line.mend();
    await recipient.context().setOffline(false);
    await expectDownload(recipient, recipient.locator(DELIVERY.again), file);
    await expect(recipient.locator(DELIVERY.finished)).toBeVisible({ timeout: 30_000 });
  } finally {
    await line.close();
  }
});
