import { defineConfig } from "@playwright/test";

export default defineConfig({
  testDir: ".",
  // What takes minutes or makes pictures is called by name: tools.config.ts.
  testIgnore: "tools/**",
  // Each worker runs a server and a Redis of its own.
  workers: 2,
  fullyParallel: true,
  forbidOnly: Boolean(process.env["CI"]),
  // Three browsers share two cores there: what fails once and then holds is reported as flaky.
  retries: process.env["CI"] ? 1 : 0,
  timeout: 90_000,
  expect: { timeout: 15_000 },
  reporter: [["list"]],
  use: {
    locale: "en-GB",
    timezoneId: "Europe/Vienna",
    screenshot: "only-on-failure",
    launchOptions: {
      executablePath: process.env["CHROMIUM"] ?? "/usr/bin/chromium",
      args: [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
      ],
    },
  },
});
