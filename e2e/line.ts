// A line between a browser and the server that can stand still or be cut, as a train's in a tunnel. With a certificate it is the proxy
// that speaks TLS, as in front of a real server.

import { type Socket, connect, createServer as createPlain, type Server as Listener } from "node:net";
import { createServer as createTls, type SecureContextOptions } from "node:tls";

interface Pair {
  near: Socket;
  far: Socket;
}

export class Line {
  private readonly pairs = new Set<Pair>();
  private waiting: (() => void)[] = [];
  private limits = { up: Infinity, down: Infinity };
  private dead = false;

  private constructor(
    private readonly listener: Listener,
    private readonly target: URL,
  ) {
    listener.on(listener instanceof Object && "addContext" in listener ? "secureConnection" : "connection", (near: Socket) => this.join(near));
  }

  /** Listens on a port of its own and leads to the server. */
  static async to(server: string, certificate?: SecureContextOptions): Promise<Line> {
    const listener = certificate ? createTls(certificate) : createPlain();
    const line = new Line(listener, new URL(server));
    await new Promise<void>((resolve, reject) => listener.once("error", reject).listen(0, "127.0.0.1", resolve));
    return line;
  }

  get port(): number {
    const address = this.listener.address();
    return address && typeof address === "object" ? address.port : 0;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** A connection that has carried this much stands still, until the line is released. */
  hold(limits: { up?: number; down?: number }) {
    this.limits = { up: limits.up ?? Infinity, down: limits.down ?? Infinity };
  }

  release() {
    this.hold({});
    for (const go of this.waiting.splice(0)) go();
  }

  /** Breaks every connection; new ones break, too, until the line is mended. */
  cut() {
    this.dead = true;
    for (const { near, far } of this.pairs) {
      reset(near);
      far.destroy();
    }
  }

  mend() {
    this.dead = false;
    this.release();
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  private join(near: Socket) {
    near.on("error", () => {}); // whoever is at the end notices
    if (this.dead) {
      reset(near);
      return;
    }
    const far = connect(Number(this.target.port), this.target.hostname);
    const pair = { near, far };
    this.pairs.add(pair);
    far.on("error", () => near.destroy());
    this.carry(near, far, "up");
    this.carry(far, near, "down");
    near.on("close", () => {
      far.destroy();
      this.pairs.delete(pair);
    });
    far.on("close", () => near.end());
  }

  private carry(from: Socket, to: Socket, way: "up" | "down") {
    let carried = 0;
    from.on("data", (bytes: Buffer) => {
      carried += bytes.length;
      const go = () => {
        if (!to.writable || to.write(bytes)) from.resume();
        else to.once("drain", () => from.resume());
      };
      from.pause();
      if (carried > this.limits[way]) this.waiting.push(go);
      else go();
    });
    from.on("end", () => to.end());
  }
}

function reset(socket: Socket) {
  // A socket under TLS cannot be reset: it is only gone.
  if ("encrypted" in socket) socket.destroy();
  else socket.resetAndDestroy();
}
