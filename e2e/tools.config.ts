// What is called by name and not with every test: `npm run tool -- lighthouse`, `screenshots` or `large`.

import { defineConfig } from "@playwright/test";
import tests from "./playwright.config.ts";

export default defineConfig(tests, { testDir: "tools", testIgnore: [], workers: 1, timeout: 20 * 60_000 });
