// The same few gestures in browsers that are not Chromium: Debian's Firefox over WebDriver BiDi, Debian's WebKitGTK over plain WebDriver.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import puppeteer, { type Browser, type BrowserContext, type ElementHandle, type Page } from "puppeteer-core";

/** One person's browser: a profile of its own with one window, and a folder for downloads. */
export interface Person {
  open(url: string): Promise<void>;
  choose(selector: string, path: string): Promise<void>;
  type(selector: string, words: string): Promise<void>;
  click(selector: string): Promise<void>;
  /** Runs in the page: the body of a function of one argument. */
  ask<T>(body: string, argument?: string): Promise<T>;
  /** Where finished and unfinished downloads lie. */
  readonly downloads: string;
  close(): Promise<void>;
}

export interface Engine {
  person(): Promise<Person>;
  /** What was reported that no page may cause. */
  readonly wrong: string[];
  close(): Promise<void>;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Looks again and again until there is something to return, for 20 s. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false | ""> | T | undefined | false | ""): Promise<T> {
  for (const end = Date.now() + 20_000; Date.now() < end; await pause(50)) {
    const found = await look();
    if (found) return found;
  }
  throw new Error(`did not happen: ${what}`);
}

export async function firefox(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), "ots-firefox-"));
  const wrong: string[] = [];
  let people = 0;
  const browsers: Browser[] = [];
  return {
    wrong,
    async person() {
      people += 1;
      const downloads = join(folder, `downloads-${people}`);
      mkdirSync(downloads);
      // The first is the browser's own window, the others are containers of the same browser: cookies and storage are their own.
      const browser = browsers[0] ?? (await puppeteer.launch(firefoxOptions(folder, downloads)));
      if (browsers.length === 0) browsers.push(browser);
      const context = await browser.createBrowserContext({ downloadBehavior: { policy: "allow", downloadPath: downloads } });
      return new FirefoxPerson(context, await watched(context, wrong), wrong, downloads);
    },
    async close() {
      for (const browser of browsers) await browser.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

const firefoxOptions = (home: string, downloads: string) => ({
  browser: "firefox" as const,
  executablePath: process.env["FIREFOX"] ?? "/usr/bin/firefox-esr",
  headless: true,
  env: { PATH: process.env["PATH"] ?? "", HOME: home, TMPDIR: home, LANG: "C.UTF-8" },
  extraPrefsFirefox: {
    "browser.download.folderList": 2,
    "browser.download.dir": downloads,
    "browser.download.alwaysOpenPanel": false,
    "browser.download.always_ask_before_handling_new_types": false,
    "intl.accept_languages": "en-GB",
    "network.captive-portal-service.enabled": false,
    "network.connectivity-service.enabled": false,
  },
});

async function watched(context: BrowserContext, wrong: string[]): Promise<Page> {
  const page = await context.newPage();
  page.on("pageerror", (error) => wrong.push(`exception: ${String(error)}`));
  page.on("console", (message) => {
    if (["error", "warn"].includes(message.type())) wrong.push(`console: ${message.text()}`);
  });
  page.on("request", (request) => {
    if (!/^(http:\/\/127\.0\.0\.1:|about:|data:)/.test(request.url())) wrong.push(`third-party request: ${request.url()}`);
  });
  return page;
}

class FirefoxPerson implements Person {
  constructor(
    private readonly context: BrowserContext,
    private page: Page,
    private readonly wrong: string[],
    readonly downloads: string,
  ) {}

  async open(url: string) {
    // A new tab: where a navigation became a download, this puppeteer waits for its end for ever.
    const old = this.page;
    this.page = await watched(this.context, this.wrong);
    await old.close();
    await this.page.goto(url);
  }

  async choose(selector: string, path: string) {
    const field = await this.page.$(selector);
    if (!field) throw new Error(`no field ${selector}`);
    await (field as ElementHandle<HTMLInputElement>).uploadFile(path);
  }

  async type(selector: string, words: string) {
    await this.page.locator(selector).fill(words);
  }

  async click(selector: string) {
    await this.page.locator(selector).click();
  }

  ask<T>(body: string, argument = ""): Promise<T> {
    return this.page.evaluate(`(function (argument) { ${body} })(${JSON.stringify(argument)})`) as Promise<T>;
  }

  close() {
    return this.context.close();
  }
}

const MINI_BROWSER = ["4.1", "6.0", "4.0"].map((version) => `/usr/lib/x86_64-linux-gnu/webkit2gtk-${version}/MiniBrowser`);

export async function webkit(): Promise<Engine> {
  const folder = mkdtempSync(join(tmpdir(), "ots-webkit-"));
  const screen = spawn("Xvfb", ["-displayfd", "3", "-screen", "0", "1280x900x24", "-nolisten", "tcp"], {
    stdio: ["ignore", "ignore", "ignore", "pipe"],
  });
  const display = await new Promise<string>((resolve, reject) => {
    screen.once("error", reject);
    screen.once("exit", () => reject(new Error("Xvfb did not start")));
    screen.stdio[3]?.once("data", (number) => resolve(`:${String(number).trim()}`));
  });
  let people = 0;
  return {
    wrong: [],
    async person() {
      people += 1;
      const home = join(folder, String(people));
      return WebKitPerson.start(home, display);
    },
    async close() {
      await ended(screen);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), 5000);
  await exit;
  clearTimeout(late);
}

/** A port nobody listens on at this moment. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer().once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(address && typeof address === "object" ? address.port : 0));
    });
  });
}

class WebKitPerson implements Person {
  private session = "";

  private constructor(
    private readonly driver: ChildProcess,
    private readonly address: string,
    readonly downloads: string,
  ) {}

  static async start(home: string, display: string): Promise<WebKitPerson> {
    const downloads = join(home, "downloads");
    for (const folder of [downloads, join(home, ".config"), join(home, "run")]) mkdirSync(folder, { recursive: true, mode: 0o700 });
    writeFileSync(join(home, ".config", "user-dirs.dirs"), 'XDG_DOWNLOAD_DIR="$HOME/downloads"\n');
    const port = await freePort();
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: home,
      XDG_RUNTIME_DIR: join(home, "run"),
      DISPLAY: display,
      GDK_BACKEND: "x11",
      LANG: "C.UTF-8",
      LIBGL_ALWAYS_SOFTWARE: "1",
      NO_AT_BRIDGE: "1",
      WEBKIT_DISABLE_COMPOSITING_MODE: "1",
    };
    const driver = spawn("WebKitWebDriver", ["--host=127.0.0.1", `--port=${port}`], { env, cwd: home, stdio: "ignore" });
    driver.once("error", () => {}); // nobody will answer below
    const person = new WebKitPerson(driver, `http://127.0.0.1:${port}`, downloads);
    try {
      await until("the WebKit driver listens", () => fetch(`${person.address}/status`).then((answer) => answer.ok, () => false));
      const binary = MINI_BROWSER.find((path) => existsSync(path)) ?? "MiniBrowser";
      const options = { "webkitgtk:browserOptions": { binary, args: ["--automation"] } };
      const { sessionId } = await person.call("POST", "/session", { capabilities: { alwaysMatch: options } });
      person.session = `/session/${sessionId}`;
    } catch (error) {
      await ended(driver);
      throw error;
    }
    return person;
  }

  async open(url: string) {
    await this.call("POST", `${this.session}/url`, { url: "about:blank" });
    await this.call("POST", `${this.session}/url`, { url });
  }

  async choose(selector: string, path: string) {
    await this.call("POST", `${await this.element(selector)}/value`, { text: path });
  }

  async type(selector: string, words: string) {
    const field = await this.element(selector);
    await this.call("POST", `${field}/clear`, {});
    await this.call("POST", `${field}/value`, { text: words });
  }

  async click(selector: string) {
    await this.call("POST", `${await this.element(selector)}/click`, {});
  }

  ask<T>(body: string, argument = ""): Promise<T> {
    const script = `return (function (argument) { ${body} })(arguments[0])`;
    return this.call("POST", `${this.session}/execute/sync`, { script, args: [argument] });
  }

  async close() {
    await this.call("DELETE", this.session).catch(() => {});
    await ended(this.driver);
  }

  private async element(selector: string): Promise<string> {
    const found = await this.call("POST", `${this.session}/element`, { using: "css selector", value: selector });
    return `${this.session}/element/${Object.values(found)[0]}`;
  }

  private async call(method: string, path: string, body?: object): Promise<any> {
    const answer = await fetch(this.address + path, { method, ...(body ? { body: JSON.stringify(body) } : {}) });
    const { value } = (await answer.json()) as { value: { error?: string; message?: string } | null };
    if (!answer.ok) throw new Error(`WebDriver, ${method} ${path}: ${value?.error}: ${value?.message}`);
    return value;
  }
}

/** The download of this size, once it lies under its last name: on the way browsers give it others. */
export async function downloaded(person: Person, bytes: number, named: (name: string) => boolean): Promise<Buffer> {
  const names = () => readdirSync(person.downloads);
  const look = () => {
    const found = names().filter(named).map((name) => readFileSync(join(person.downloads, name)));
    return found.find((buffer) => buffer.length === bytes);
  };
  return until(`a download of ${bytes} bytes`, look).catch((error) => {
    throw new Error(`${error}; the folder has: ${names().join(", ")}`);
  });
}
