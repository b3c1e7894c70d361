#!/usr/bin/env node
// Writes the outcomes of the last full proof, target/prove/full/*.json, into the table of docs/reliability.md. Parts that test
// only the rules and the format keep their line while those stay as they are.
import { execFileSync } from "node:child_process";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const target = execFileSync(join(root, "scripts/target-dir"), { encoding: "utf8" }).trim();
const folder = join(target, "prove/full");
const page = join(root, "docs/reliability.md");

const outcomes = readdirSync(folder)
  .filter((name) => name.endsWith(".json"))
  .map((name) => readFileSync(join(folder, name), "utf8"))
  // A seed has more digits than a number of JavaScript.
  .map((text) => ({ ...JSON.parse(text), seed: /"seed": (\d+)/.exec(text)?.[1] }));

// What a part tests must be what it was when the part held.
const isSince = (commit, paths) => {
  try {
    execFileSync("git", ["diff", "--quiet", commit, "HEAD", "--", ...paths], { cwd: root, stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
};
const program = ["src", "templates", "static", "locales", "Cargo.toml", "Cargo.lock", ".cargo"];
const stale = outcomes.find(({ commit }) => !isSince(commit, program));
if (stale) {
  console.error(`${stale.part} has held for another program, at "${stale.commit}". Run make prove-full.`);
  process.exit(1);
}

const shown = (value) => {
  if (typeof value === "number") return value.toLocaleString("en-US");
  if (Array.isArray(value)) return value.map(shown).join(" and ");
  // What was counted by kind, most first.
  if (value && typeof value === "object") {
    const kinds = Object.entries(value).sort(([, one], [, other]) => other - one);
    return `(${kinds.map(([kind, count]) => `${kind} ${shown(count)}`).join(", ")})`;
  }
  return String(value);
};
const lines = outcomes.map(({ part, commit, seconds, seed, figures }) => {
  const reached = Object.entries(figures).map(([what, value]) => `${what} ${shown(value)}`);
  return { part, seconds, line: `| \`${part}\` | ${reached.join(", ")} | ${seconds} | ${commit || "uncommitted parts"} | ${seed} |` };
});

const text = readFileSync(page, "utf8");
const [before, rest] = text.split("<!-- figures -->");
const [written, after] = rest.split("<!-- /figures -->");
const rules = ["src/share", "src/crypto", "tests/model", "Cargo.toml", "Cargo.lock", ".cargo"];
const kept = [...written.matchAll(/^\| `(mutants|model-[^`]*)` \|.*\| (\d+) \| (\w+) \| \d+ \|$/gm)]
  .map(([line, part, seconds, commit]) => ({ part, seconds: Number(seconds), commit, line }))
  .filter(({ part, commit }) => lines.every((other) => other.part !== part) && isSince(commit, rules));
lines.push(...kept);
lines.sort((one, other) => one.part.localeCompare(other.part));

const total = lines.reduce((sum, { seconds }) => sum + seconds, 0);
const table = [
  `${lines.length} parts, ${Math.round(total / 60)} minutes one after the other. \`scripts/figures\` writes this table after \`make prove-full\`.`,
  "",
  "| part | figures | s | commit | seed |",
  "|---|---|---|---|---|",
  ...lines.map(({ line }) => line),
].join("\n");
writeFileSync(page, `${before}<!-- figures -->\n${table}\n<!-- /figures -->${after}`);
