// File names nobody should choose, what becomes of them by docs/api.md, and two ways to read the header that carries them.

import { spawnSync } from "node:child_process";

/** What is known to have broken something, somewhere. */
const NAUGHTY = [
  "report.pdf", "日本語.pdf", "🎉 “party” 'plan' a;b=c%20d&amp;.txt", "تقرير نهائي.pdf", "invoice\u202Efdp.exe", "\u2066a\u2069.txt", "\u061C.txt",
  "../../etc/passwd", "..\\..\\windows\\win.ini", "C:\\Users\\me\\x.txt", "/dev/null", "a/b\\c", "file:///etc/passwd", "\\\\host\\share\\x", "a\\",
  "CON", "con.txt", "NUL.tar.gz", "aux", "COM1", "com¹.log", "LPT9 .txt", "CONIN$", "prn.", "nul\u00A0.txt", "console.txt", "COM10",
  ".", "..", "...", " ", "\u3000", ".hidden", "trailing.", "trailing ", " leading", "a. . .", "~", "~user", "-rf", "--help", "-", "_",
  "a\r\nSet-Cookie: x=y.txt", "a\nb", "a\rb", "a\tb", "a\0b", "a\u0007b", "a\u001Bb", "a\u007Fb", "a\u0085b", "a\u2028b", "a\u2029b", "\uFEFFbom", "\uFFFE\uFFFF",
  "\"quoted\".txt", "a\"; filename=\"b.exe", "a'; filename*=UTF-8''b.exe", "100%.txt", "%41%0A%22", "%2e%2e%2f", "a%", "%00", "a;b", "a=b", "a,b", "`id`", "$(id)", "${HOME}", "|id", "&id", "; rm -rf", "a*b?",
  "<script>alert(1)</script>", "<img src=x onerror=alert(1)>.png", "\"><svg onload=alert(1)>", "javascript:alert(1)", "{{7*7}}", "{% raw %}", "<!--", "]]>", "&lt;b&gt;", "' OR 1=1 --", "\\u0041", "\\x41", "\\\"",
  "é.txt", "e\u0301.txt", "Z\u0351\u036B\u0343\u036A\u0302\u036B\u033D\u034F\u0334\u0319\u0324\u031E.txt", "ﬁ.txt", "ß", "İstanbul", "ı", "ǅ", "\u212A.txt", "Ω", "ﷺ", "👨‍👩‍👧‍👦.png", "🏳️‍🌈", "🇦🇹.txt", "क्षि", "ဂျာ", "a\u200Db", "a\u200Bb", "a\u00ADb", "\u{E0041}tag", "\u{10FFFF}", "\u{1F600}".repeat(40),
  "\uD800", "\uDC00.txt", "a\uD83Db", "\uDE00\uD83D.txt", "x\uD800\uD800y",
  "archive.tar.gz", "noextension", "a.b.c.d.e", `${"x".repeat(255)}.txt`, `${"ä".repeat(150)}.pdf`, `a.${"x".repeat(300)}`, "x".repeat(1024), "x".repeat(1025), "x".repeat(4096), `${"日".repeat(1365)}.t`, `${"x".repeat(195)} .txt`, `${"😀".repeat(50)}.txt`,
  "a.lnk", "desktop.ini", "a.local", "x.url", ".htaccess", "a.exe", "a.html", "a.svg", "a.scf", "index.php", "Thumbs.db", "undefined", "null", "NaN", "true", "0", "-1", "1e3", "constructor", "__proto__",
];

/** Where the letters of a made-up name come from. */
const RANGES: [number, number][] = [
  [0x20, 0x7e], [0x20, 0x7e], [0x61, 0x7a], [0x00, 0x1f], [0x7f, 0xff], [0x300, 0x36f], [0x400, 0x4ff], [0x5d0, 0x6ff], [0x900, 0x97f], [0x1e00, 0x1fff],
  [0x2000, 0x206f], [0x2190, 0x21ff], [0x3000, 0x30ff], [0x4e00, 0x9fff], [0xac00, 0xd7a3], [0xd800, 0xdfff], [0xe000, 0xf8ff], [0xfe00, 0xfeff], [0xff00, 0xffff], [0x1f300, 0x1faff], [0xe0000, 0xe01ef],
];
const DEVICES = ["con", "PRN", "Aux", "NUL", "com0", "COM7", "lpt1", "LPT³", "conin$", "CONOUT$"];
const PREFIXES = ["../", "C:\\", "/tmp/", "a/b/", "\\\\?\\", " ", ".", "", "", "", "", ""];
const ENDINGS = [".txt", ".pdf", ".tar.gz", ".", " ", "", "", ".日本", ".exe ", `.${"y".repeat(40)}`];

/** `count` names that follow from the seed: the naughty ones first, then made-up ones, none twice. */
export function names(count: number, seed: number): string[] {
  let state = seed >>> 0;
  // mulberry32
  const random = (below: number) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
  const pick = <T>(from: T[]): T => from[random(from.length)] as T;
  const letters = (length: number) => {
    const ranges = [pick(RANGES), pick(RANGES), pick(RANGES)];
    let word = "";
    while (word.length < length) {
      const [low, high] = pick(ranges);
      word += String.fromCodePoint(low + random(high - low + 1));
    }
    return word;
  };
  const made = () => {
    switch (random(8)) {
      case 0:
        return pick(PREFIXES) + pick(DEVICES) + pick(ENDINGS);
      case 1:
        return pick(PREFIXES) + pick(NAUGHTY) + pick(ENDINGS);
      case 2:
        return letters(150 + random(150)) + pick(ENDINGS);
      case 3:
        return random(8) === 0 ? letters(300 + random(3800)) + pick(ENDINGS) : letters(20);
      default:
        return pick(PREFIXES) + letters(1 + random(40)) + pick(ENDINGS);
    }
  };
  const chosen = new Set(count < NAUGHTY.length ? [] : NAUGHTY);
  while (chosen.size < count) chosen.add(random(4) > 0 && count < NAUGHTY.length ? pick(NAUGHTY) : made());
  return [...chosen];
}

const bytes = (text: string) => Buffer.byteLength(text);

/** The name as the server reads it: a browser sends lone surrogates as U+FFFD, and writes three characters as escapes. */
function arrived(raw: string): string {
  return raw.toWellFormed().replaceAll("%22", '"').replaceAll("%0D", "\r").replaceAll("%0A", "\n");
}

/**
 * Whether the upload is refused: no name, a longer one than the head of a part may hold, or one that no header can carry. A
 * backslash at the end, which browsers do not escape, would hide where the name ends.
 */
export function isRefused(raw: string): boolean {
  const openEnded = (/\\*$/.exec(raw)?.[0].length ?? 0) % 2 === 1;
  return raw === "" || openEnded || bytes(arrived(raw)) > 1024 || /[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/.test(raw);
}

/** The name a recipient gets, by docs/api.md. */
export function cleaned(raw: string): string {
  const last = arrived(raw).split(/[/\\]/).at(-1) ?? "";
  const kept = last.replace(/[\p{Cc}:*?"<>|\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069\uFEFF\uFFFE\uFFFF]/gu, "");
  const trimmed = kept.replace(/^[.\p{White_Space}]+/u, "").replace(/[.\p{White_Space}]+$/u, "");
  if (trimmed === "") return "download";
  const stem = (trimmed.split(".")[0] ?? "").replace(/\p{White_Space}+$/u, "").toUpperCase();
  const name = /^(CON|PRN|AUX|NUL|CONIN\$|CONOUT\$|(COM|LPT)[0-9¹²³])$/.test(stem) ? `_${trimmed}` : trimmed;
  if (bytes(name) <= 200) return name;
  const dot = name.lastIndexOf(".");
  const ending = dot >= 0 && bytes(name.slice(dot)) <= 24 ? name.slice(dot) : "";
  let start = "";
  for (const letter of name.slice(0, name.length - ending.length)) {
    if (bytes(start + letter) > 200 - bytes(ending)) break;
    start += letter;
  }
  return start.replace(/[.\p{White_Space}]+$/u, "") + ending;
}

/**
 * The name under which Chromium saves it: composed, with `_` for a tilde at either end and for what is invisible or no character,
 * and one that says nothing replaced. All this is Chromium's own and nothing a server can ask for.
 */
export function chromiumSaves(name: string): string {
  if (/^[-_]+$/.test(name)) return "download";
  const composed = name.normalize("NFC");
  return composed.replace(/[\p{Cf}\p{Noncharacter_Code_Point}]/gu, "_").replace(/^~|~$/g, "_");
}

/** The name in a Content-Disposition, by RFC 6266 and RFC 8187. */
export function nameIn(header: string): string {
  const parts = /^attachment; filename="([ !#-[\]-~]*)"; filename\*=UTF-8''((?:[A-Za-z0-9!#$&+.^_`|~-]|%[0-9A-F]{2})*)$/.exec(header);
  if (!parts) throw new Error(`not a Content-Disposition: ${header}`);
  return decodeURIComponent(parts[2] ?? "");
}

const PYTHON = `
import email.utils, json, sys, urllib.parse
from email.message import Message
names = []
for header in json.load(sys.stdin):
    message = Message()
    message["Content-Disposition"] = header
    values = [value for name, value in message.get_params(header="content-disposition") if name == "filename"]
    extended = [value for value in values if isinstance(value, tuple)]
    by_email = email.utils.collapse_rfc2231_value(extended[0])
    by_urllib = urllib.parse.unquote(header.split("filename*=UTF-8''")[1], errors="strict")
    names.append([by_email, by_urllib])
json.dump(names, sys.stdout)
`;

/** The names in these headers as Python's email and urllib read them; none where there is no Python. */
export function namesByPython(headers: string[]): [string, string][] | undefined {
  const run = spawnSync("python3", ["-c", PYTHON], { input: JSON.stringify(headers), maxBuffer: 1 << 28, encoding: "utf8" });
  if (run.error) return undefined;
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout);
}
