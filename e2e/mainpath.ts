// The main path, as a person walks it in any browser: send, open, collect, and the link is dead.

import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Engine, type Person, downloaded, until } from "./engines.ts";
import { COLLECT, DELIVERY, GONE, READY, UPLOAD } from "./handles.ts";
import { type Links, type TestFile, expect, idOf, randomFile } from "./helper.ts";
import { Line } from "./line.ts";
import type { Server } from "./server.ts";

const VISIBLE = "const it = document.querySelector(argument); return !!it && it.checkVisibility();";
const seen = (person: Person, selector: string) => until(`${selector} is seen`, () => person.ask<boolean>(VISIBLE, selector));
const value = (person: Person, selector: string) => person.ask<string>("return document.querySelector(argument)?.value ?? ''", selector);
const words = (person: Person, selector: string) => person.ask<string>("return document.querySelector(argument)?.textContent ?? ''", selector);
/** With which status the server sends a page to whoever asks without the key. */
const status = (link: string) =>
  fetch(link.split("#")[0] ?? "", { headers: { "User-Agent": "Mozilla/5.0", Accept: "text/html" } }).then((page) => page.status);

async function send(person: Person, origin: string, file: TestFile, passphrase = ""): Promise<Links> {
  const folder = mkdtempSync(join(tmpdir(), "ots-send-"));
  try {
    writeFileSync(join(folder, file.name), file.buffer);
    await person.open(`${origin}/`);
    await seen(person, UPLOAD.submit);
    await person.choose(UPLOAD.file, join(folder, file.name));
    if (passphrase) {
      await person.click(UPLOAD.protect);
      await person.type(UPLOAD.passphrase, passphrase);
    }
    await person.click(UPLOAD.submit);
    await seen(person, READY.link);
    return { link: await value(person, READY.link), statusLink: await value(person, READY.statusLink) };
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Waits for the offer of a link that was opened, and accepts it. */
async function collect(person: Person, passphrase = "") {
  await seen(person, COLLECT.submit);
  if (passphrase) await person.type(COLLECT.passphrase, passphrase);
  await person.click(COLLECT.submit);
}

async function expectSame(person: Person, file: TestFile, named = (name: string) => name === file.name) {
  const received = await downloaded(person, file.buffer.length, named);
  expect(received.equals(file.buffer), "the file is byte-identical").toBe(true);
}

async function with_<T extends { close(): Promise<void> }>(opening: Promise<T>, use: (it: T) => Promise<void>) {
  const it = await opening;
  try {
    await use(it);
  } finally {
    await it.close();
  }
}

export async function arrivesOnce(engine: Engine, server: Server) {
  const file = randomFile(300_017);
  let link = "";
  await with_(engine.person(), async (sender) => {
    ({ link } = await send(sender, server.url, file));
  });
  await with_(engine.person(), async (recipient) => {
    await recipient.open(link);
    expect(await status(link)).toBe(200);
    await until("the name is shown", async () => (await words(recipient, COLLECT.name)) === file.name);
    await collect(recipient);
    await expectSame(recipient, file);
    await seen(recipient, DELIVERY.finished);
    expect(await recipient.ask<string>("return location.hash"), "the key has left the address").toBe("");
    await recipient.open(link);
    expect(await status(link)).toBe(410);
    await seen(recipient, GONE.view);
  });
}

export async function opensWithItsPassphrase(engine: Engine, server: Server) {
  const file = randomFile(5000);
  const passphrase = "Käse und Brot 2026";
  await with_(engine.person(), async (person) => {
    const { link } = await send(person, server.url, file, passphrase);
    await person.open(link);
    expect(await status(link)).toBe(401);
    await collect(person, "not the passphrase");
    await seen(person, COLLECT.trouble);
    await collect(person, passphrase);
    await expectSame(person, file);
    await seen(person, DELIVERY.finished);
  });
}

/** The line breaks in the middle; who opens the link again in the same browser goes on. */
export async function continues(engine: Engine, server: Server) {
  const file = randomFile(24 * 1024 * 1024);
  const line = await Line.to(server.url);
  try {
    await with_(engine.person(), async (person) => {
      const { link } = await send(person, line.url, file);
      line.hold({ down: 2 * 1024 * 1024 });
      await person.open(link);
      await collect(person);
      await until("the delivery has begun", async () => (await status(`${server.url}/d/${idOf(link)}`)) === 410);
      line.cut();
      line.mend();
      await person.open(link);
      expect(await status(link)).toBe(410);
      await seen(person, GONE.resume);
      await person.click(GONE.resume);
      // What broke off may still lie there, and the second try then has a number behind its name.
      await expectSame(person, file, (name) => name.endsWith(".bin"));
      await seen(person, DELIVERY.finished);
    });
  } finally {
    await line.close();
  }
}
