// Starts the real program with its bundled Redis in a folder of its own, and leaves nothing behind.

import { type ChildProcess, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { copyFileSync, existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

export const ADMIN_PASSWORD = "the harbour master's own words";
export const MAX_SIZE = 64 * 1024 * 1024;

/** The program under test: given by the caller, or what cargo built here last. */
export function program(): string {
  const given = process.env["ONETIMESHARE"];
  if (given) return given;
  const built = ["../target/release/onetimeshare", "../target/debug/onetimeshare"].filter((path) => existsSync(path));
  const [latest] = built.sort((one, other) => statSync(other).mtimeMs - statSync(one).mtimeMs);
  if (!latest) throw new Error("no program to test: build it with cargo, or name it in ONETIMESHARE");
  return latest;
}

const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

async function gone(pid: number, ms: number): Promise<boolean> {
  for (const end = Date.now() + ms; Date.now() < end; ) {
    if (!alive(pid)) return true;
    await pause(50);
  }
  return !alive(pid);
}

/** The address the program says it listens on; it chooses the port, so that no two workers can meet on one. */
const READY = /^OneTimeShare is ready: (http:\/\/\S+?)\/?$/m;
/** The same for a server that calls itself by a public address. */
const BOUND = /"message":"ready","address":"([^"]+)"/;

export class Server {
  /** Where it listens, also after a restart. */
  readonly url: string;

  private constructor(
    private running: Running,
    private readonly settings: Record<string, string>,
    private readonly dataDir: string,
  ) {
    this.url = running.url;
  }

  static async start(settings: Record<string, string> = {}): Promise<Server> {
    const dataDir = mkdtempSync(join(tmpdir(), "ots-e2e-"));
    const all = {
      PATH: process.env["PATH"] ?? "",
      HOME: dataDir,
      BIND: "127.0.0.1:0",
      DATA_DIR: dataDir,
      ADMIN_PASSWORD,
      MAX_SIZE: String(MAX_SIZE),
      DELIVERY_GRACE: "1s",
      RATE_LIMITS: "off",
      OPERATOR_NAME: "Harbour Studio",
      ABUSE_CONTACT: "mailto:abuse@example.org",
      ...settings,
    };
    try {
      return new Server(await run(all), all, dataDir);
    } catch (error) {
      rmSync(dataDir, { recursive: true, force: true });
      throw error;
    }
  }

  /** Stops it and keeps its data; fails if it or its Redis outlives that. */
  async halt(): Promise<void> {
    const { child, output } = this.running;
    const redis = child.exitCode === null && child.signalCode === null ? this.redis() : 0;
    const left: string[] = [];
    if (!(await terminated(child))) {
      left.push(`the server (${child.pid})`);
      child.kill("SIGKILL");
    }
    if (redis > 0 && !(await gone(redis, 10_000))) {
      left.push(`its Redis (${redis})`);
      process.kill(redis, "SIGKILL");
    }
    if (left.length > 0) throw new Error(`still running after SIGTERM: ${left.join(", ")}\n${output.join("")}`);
  }

  /** Starts it again after a halt, with the same data at the same address. */
  async resume(): Promise<void> {
    this.running = await run({ ...this.settings, BIND: new URL(this.url).host });
  }

  /** Lays a copy of a share's blob beside it under an id nobody knows. */
  strayBlob(id: string) {
    const names = readdirSync(join(this.dataDir, "blobs"), { recursive: true, encoding: "utf8" });
    for (const spelled of [(text: string) => text, (text: string) => text.replaceAll("-", "")]) {
      const name = names.find((name) => name.includes(spelled(id)));
      if (!name) continue;
      const blob = join(this.dataDir, "blobs", name);
      copyFileSync(blob, join(dirname(blob), spelled(randomUUID())));
      return;
    }
    throw new Error(`no blob of ${id}`);
  }

  /** The process of the bundled Redis that runs now. */
  redis(): number {
    return Number(readFileSync(join(this.dataDir, "redis", "redis.pid"), "utf8"));
  }

  /** Stops it as an operator would, and fails if it, its Redis or anything that works in its folder outlives that. */
  async stop(): Promise<void> {
    try {
      await this.halt();
      expectNobodyIn(this.dataDir);
    } finally {
      rmSync(this.dataDir, { recursive: true, force: true });
    }
  }
}

interface Running {
  child: ChildProcess;
  output: string[];
  url: string;
}

/** Starts the program and waits until it is healthy. */
async function run(env: Record<string, string>): Promise<Running> {
  const child = spawn(program(), [], { env, stdio: ["ignore", "pipe", "pipe"] });
  const output: string[] = [];
  for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => output.push(String(chunk)));
  for (const end = Date.now() + 30_000; Date.now() < end && child.exitCode === null; await pause(50)) {
    const said = output.join("");
    const url = env["PUBLIC_URL"] ? BOUND.exec(said)?.[1]?.replace(/^/, "http://") : READY.exec(said)?.[1];
    const answer = url && (await fetch(`${url}/health`).catch(() => undefined));
    if (url && answer && answer.status === 200) return { child, output, url };
  }
  if (!(await terminated(child))) child.kill("SIGKILL");
  throw new Error(`the server did not become healthy:\n${output.join("")}`);
}

/** Whether it ends within 40 s of being asked to. */
async function terminated(child: ChildProcess): Promise<boolean> {
  if (child.exitCode !== null || child.signalCode !== null) return true;
  const exited = new Promise<boolean>((resolve) => child.once("exit", () => resolve(true)));
  child.kill("SIGTERM");
  return Promise.race([exited, pause(40_000).then(() => false)]);
}

/** Fails if a process still works in a folder, and ends it; where the system does not tell (outside Linux), nothing is checked. */
function expectNobodyIn(folder: string) {
  if (!existsSync("/proc/self/cwd")) return;
  const left = readdirSync("/proc").filter((pid) => {
    try {
      return /^\d+$/.test(pid) && readlinkSync(`/proc/${pid}/cwd`).startsWith(folder);
    } catch {
      return false; // it ended meanwhile, or is somebody else's
    }
  });
  for (const pid of left) process.kill(Number(pid), "SIGKILL");
  if (left.length > 0) throw new Error(`processes are left in ${folder}: ${left.join(", ")}`);
}
