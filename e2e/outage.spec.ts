import { downloadButton, expect, expectDownload, links, randomFile, test, upload } from "./helper.ts";
import { Server } from "./server.ts";

test.use({ outage: true });

test("a page that was open while the server restarted goes on", async ({ visitor }) => {
  const server = await Server.start();
  try {
    const file = randomFile(50_000);
    const sender = await visitor({ baseURL: server.url });
    const { link, statusLink } = await upload(sender, file);
    await sender.goto(statusLink);
    await expect(sender.getByRole("heading", { name: "Waiting to be picked up" })).toBeVisible();
    const recipient = await visitor({ baseURL: server.url });
    await recipient.goto(link);
    await expect(recipient.getByText(file.name).first()).toBeVisible();

    await server.halt();
    await downloadButton(recipient).click();
    await expect(recipient.getByRole("alert")).toContainText("The server does not answer.");
    await expect(sender.getByRole("alert")).toContainText("This page keeps trying.");

    await server.resume();
    await expectDownload(recipient, downloadButton(recipient), file);
    await expect(sender.getByRole("heading", { name: "Picked up", exact: true })).toBeVisible({ timeout: 30_000 });
  } finally {
    await server.stop();
  }
});

test("an upload outlives the death of the bundled Redis, or can be tried again", async ({ visitor }) => {
  const server = await Server.start();
  try {
    const file = randomFile(40 * 1024 * 1024, "long.bin");
    const sender = await visitor({ baseURL: server.url });
    await sender.goto("/");
    await sender.setInputFiles("#file", file);
    await sender.getByRole("button", { name: "Create the link" }).click();
    await expect(sender.getByRole("progressbar")).toBeVisible();
    process.kill(server.redis(), "SIGKILL");

    const ready = sender.getByRole("heading", { name: "Your link is ready" });
    const again = sender.getByRole("button", { name: "Try again" });
    await expect(async () => {
      await expect(ready.or(again)).toBeVisible();
      if (await again.isVisible()) await again.click();
      await expect(ready).toBeVisible();
    }).toPass({ timeout: 60_000 });
    const { link } = await links(sender);

    const recipient = await visitor({ baseURL: server.url });
    await recipient.goto(link);
    await expectDownload(recipient, downloadButton(recipient), file);
  } finally {
    await server.stop();
  }
});
