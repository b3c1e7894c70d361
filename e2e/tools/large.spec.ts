// Five GiB through the browser, both ways: nothing on the way may hold a file in memory or count it in 32 bits. Takes some 10 GiB of disk.

import { spawnSync } from "node:child_process";
import { closeSync, ftruncateSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COLLECT, DELIVERY, READY, UPLOAD } from "../handles.ts";
import { expect, test } from "../helper.ts";
import { Server } from "../server.ts";

const SIZE = 5 * 1024 ** 3;

test("five GiB go up with progress and come down whole", async ({ visitor }) => {
  const folder = mkdtempSync(join(tmpdir(), "ots-large-"));
  const server = await Server.start({ MAX_SIZE: "6GiB" });
  try {
    const path = join(folder, "sparse.bin");
    const file = openSync(path, "w");
    ftruncateSync(file, SIZE);
    // Marks at both ends and beyond 4 GiB: zeros alone would hide a piece that went missing and was filled up.
    for (const place of [0, 2 ** 32 - 3, SIZE - 7]) writeSync(file, Buffer.from("a mark!"), 0, 7, place);
    closeSync(file);

    const sender = await visitor({ baseURL: server.url });
    await sender.goto("/");
    await sender.setInputFiles(UPLOAD.file, path);
    const began = Date.now();
    await sender.locator(UPLOAD.submit).click();
    const seen = new Set<number>();
    await expect(async () => {
      const bar = sender.locator(UPLOAD.progress);
      if (await bar.isVisible()) seen.add(Math.floor(10 * (await bar.evaluate((it: HTMLProgressElement) => it.position))));
      await expect(sender.locator(READY.link)).toBeVisible({ timeout: 200 });
    }).toPass({ timeout: 10 * 60_000, intervals: [200] });
    const sent = Date.now();
    expect(seen.size, `tenths seen: ${[...seen].join()}`).toBeGreaterThan(4);
    const link = await sender.locator(READY.link).inputValue();

    const recipient = await visitor({ baseURL: server.url });
    await recipient.goto(link);
    const downloading = recipient.waitForEvent("download");
    await recipient.locator(COLLECT.submit).click();
    const received = await (await downloading).path();
    const got = Date.now();
    expect(statSync(received).size).toBe(SIZE);
    expect(spawnSync("cmp", [received, path], { encoding: "utf8" })).toMatchObject({ status: 0, stdout: "" });
    await expect(recipient.locator(DELIVERY.finished)).toBeVisible({ timeout: 60_000 });
    console.log(`up in ${Math.round((sent - began) / 1000)} s, down in ${Math.round((got - sent) / 1000)} s`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    await server.stop();
  }
});
