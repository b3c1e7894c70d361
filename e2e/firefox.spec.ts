import { type Engine, firefox } from "./engines.ts";
import { expect, test } from "./helper.ts";
import { arrivesOnce, continues, opensWithItsPassphrase } from "./mainpath.ts";

test.describe.configure({ mode: "default" });

let engine: Engine;
test.beforeAll(async () => {
  engine = await firefox();
});
test.afterAll(() => engine.close());
test.afterEach(() => expect(engine.wrong, "no console error, no exception, no request to anybody else").toEqual([]));

test("in Firefox a file arrives byte for byte, once", ({ server }) => arrivesOnce(engine, server));
test("in Firefox a passphrase opens, and a wrong one costs nothing", ({ server }) => opensWithItsPassphrase(engine, server));
test("in Firefox a download that broke off continues", ({ server }) => continues(engine, server));
