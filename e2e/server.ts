// Starts the real program with its bundled Redis in a folder of its own, and leaves nothing behind.

import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

export const ADMIN_PASSWORD = "the harbour master's own words";
export const MAX_SIZE = 64 * 1024 * 1024;

/** The program under test: given by the caller, or what cargo built here last. */
function program(): string {
  const candidates = [process.env["ONETIMESHARE"], "../target/release/onetimeshare", "../target/debug/onetimeshare"];
  const found = candidates.find((path): path is string => path !== undefined && existsSync(path));
  if (!found) throw new Error("no program to test: build it with cargo, or name it in ONETIMESHARE");
  return found;
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(0, "127.0.0.1", () => {
      const address = probe.address();
      const port = typeof address === "object" && address ? address.port : 0;
      probe.close(() => resolve(port));
    });
  });
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

export class Server {
  readonly url: string;
  private readonly output: string[] = [];
  private redis = 0;

  private constructor(
    private readonly child: ChildProcess,
    private readonly dataDir: string,
    port: number,
  ) {
    this.url = `http://127.0.0.1:${port}`;
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (chunk) => this.output.push(String(chunk)));
  }

  static async start(settings: Record<string, string> = {}): Promise<Server> {
    const dataDir = mkdtempSync(join(tmpdir(), "ots-e2e-"));
    const port = await freePort();
    const env = {
      PATH: process.env["PATH"] ?? "",
      HOME: dataDir,
      BIND: `127.0.0.1:${port}`,
      DATA_DIR: dataDir,
      ADMIN_PASSWORD,
      MAX_SIZE: String(MAX_SIZE),
      DELIVERY_GRACE: "2s",
      RATE_LIMITS: "off",
      OPERATOR_NAME: "Harbour Studio",
      ABUSE_CONTACT: "mailto:abuse@example.org",
      ...settings,
    };
    const child = spawn(program(), [], { env, stdio: ["ignore", "pipe", "pipe"] });
    const server = new Server(child, dataDir, port);
    try {
      await server.healthy();
    } catch (error) {
      await server.stop().catch(() => {});
      throw error;
    }
    return server;
  }

  private async healthy(): Promise<void> {
    for (const end = Date.now() + 30_000; Date.now() < end; await pause(100)) {
      if (this.child.exitCode !== null) break;
      const answer = await fetch(`${this.url}/health`).catch(() => undefined);
      if (answer?.status !== 200) continue;
      this.redis = Number(readFileSync(join(this.dataDir, "redis", "redis.pid"), "utf8"));
      return;
    }
    throw new Error(`the server did not become healthy:\n${this.output.join("")}`);
  }

  /** Stops the server as an operator would, and fails if it, its Redis or its folder outlives that. */
  async stop(): Promise<void> {
    const pid = this.child.pid ?? 0;
    const left: string[] = [];
    if (this.child.exitCode === null && this.child.signalCode === null) {
      this.child.kill("SIGTERM");
      const stopped = await Promise.race([new Promise((resolve) => this.child.once("exit", () => resolve(true))), pause(40_000)]);
      if (!stopped) {
        left.push(`the server (${pid})`);
        this.child.kill("SIGKILL");
      }
    }
    if (this.redis > 0 && !(await gone(this.redis, 10_000))) {
      left.push(`its Redis (${this.redis})`);
      process.kill(this.redis, "SIGKILL");
    }
    rmSync(this.dataDir, { recursive: true, force: true });
    if (left.length > 0) throw new Error(`still running after SIGTERM: ${left.join(", ")}\n${this.output.join("")}`);
  }
}
