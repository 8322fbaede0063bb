import {
  assertEquals,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { posix, win32 } from "node:path";
import { debianMirrors } from "../../lib/wine/apt_sources.ts";
import { cacheAt, removeTree, renameNew } from "../../lib/wine/cache.ts";
import {
  freeIds,
  needNamespaces,
  trustingDebian,
} from "../../lib/wine/debian_root.ts";
import { windowsEnvironment } from "../../lib/wine/environment.ts";
import { HostError } from "../../lib/wine/errors.ts";
import { debianKeys, missingPackages } from "../../lib/wine/packages.ts";
import {
  callerFolder,
  toWindowsArgument,
  toWindowsProgram,
} from "../../lib/wine/paths.ts";
import { Progress } from "../../lib/wine/progress.ts";
import { majorVersion } from "../../lib/wine/setup.ts";
import { shareFiles } from "../../lib/wine/share_files.ts";
import { chooseStd, IMPORT_MAP } from "../../lib/wine/std.ts";
import { checkDisk, checkSystem } from "../../lib/wine/system.ts";
import { tempFolder } from "../support/linux.ts";

Deno.test("debianMirrors() reads stanzas and lines", () => {
  const stanzas = `Types: deb
# a comment
URIs: http://one.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /a.gpg

Types: deb
URIs: http://one.example/security
Suites: bookworm-security
Components: main

Enabled: no
Types: deb
URIs: http://off.example/debian
Suites: trixie
Components: main
`;
  const lines = `# deb http://old.example/debian bookworm main
deb-src http://src.example/debian bookworm main
deb [arch=amd64 signed-by=/b.gpg] https://two.example/debian trixie contrib main
deb http://other.example/apt stable/ binary
`;
  assertEquals(
    debianMirrors([
      { name: "a.sources", text: stanzas },
      { name: "b.list", text: lines },
    ]),
    ["http://one.example/debian", "https://two.example/debian"],
  );
});

Deno.test("windowsEnvironment() drops what is of Linux alone", () => {
  const caller = {
    A: "1",
    DENO_CERT: "/c.pem",
    REQUESTS_CA_BUNDLE: "/c.pem",
    DENO_INSTALL: "/home/u/.deno",
    DENO_JOBS: "2",
    LD_PRELOAD: "x.so",
    SSL_CERT_FILE: "C:\\c.pem",
  };
  const env = windowsEnvironment(caller, cacheAt("/cache"), {
    kind: "path",
    id: "x",
  });
  assertEquals(
    Object.keys(caller).filter((name) => name in env),
    ["A", "DENO_JOBS", "SSL_CERT_FILE"],
  );
  assertEquals(env.WINEPREFIX, "/cache/prefix");
  assertEquals(env.DENO_DIR, "Z:\\cache\\deno_dir");
});

Deno.test("windowsEnvironment() names the authorities that are trusted here", async () => {
  const file = await Deno.makeTempFile();
  const certs = (text: string) => {
    Deno.writeTextFileSync(file, text);
    const caller = { DENO_CERT: "/nowhere.pem", SSL_CERT_FILE: file };
    const runtime = { kind: "path", id: "x" } as const;
    return windowsEnvironment(caller, cacheAt("/cache"), runtime).DENO_CERT;
  };
  assertEquals(certs("no certificate"), undefined);
  assertEquals(
    certs("-----BEGIN CERTIFICATE-----\n"),
    `Z:${file.replaceAll("/", "\\")}`,
  );
  await Deno.remove(file);
});

Deno.test("toWindowsArgument() changes URLs and nothing else", () => {
  assertEquals(toWindowsArgument("file:///a/b"), "file:///Z:/a/b");
  assertEquals(
    toWindowsArgument("--config=file:///a"),
    "--config=file:///Z:/a",
  );
  for (const same of ["file:///C:/a", "/tmp", "see file:///a", "-x", ""]) {
    assertEquals(toWindowsArgument(same), same);
  }
});

Deno.test("toWindowsProgram() knows files from names", async () => {
  await using folder = await tempFolder();
  await Deno.writeTextFile(`${folder.path}/a.exe`, "");
  const path = `Z:${folder.path}/a.exe`.replaceAll("/", "\\");
  assertEquals(toWindowsProgram(`${folder.path}/a.exe`, "/"), path);
  assertEquals(toWindowsProgram("a.exe", folder.path), path);
  assertEquals(toWindowsProgram("cmd", folder.path), "cmd");
});

for (
  const [path, cwd, initCwd, expected] of [
    [win32, "C:\\p", "C:\\p\\sub", "C:\\p\\sub"],
    [win32, "C:\\", "c:\\sub", "c:\\sub"],
    [win32, "C:\\p", "C:\\p", "C:\\p"],
    [win32, "C:\\p", "C:\\p2", "C:\\p"],
    [win32, "C:\\p", "D:\\p\\sub", "C:\\p"],
    [posix, "/p", "/p/..sub", "/p/..sub"],
    [posix, "/", "/p", "/p"],
    [posix, "/p/sub", "/p", "/p/sub"],
    [posix, "/p", "", "/p"],
    [posix, "/p", undefined, "/p"],
  ] as const
) {
  Deno.test(`callerFolder() in ${cwd}, with INIT_CWD ${initCwd}`, () => {
    assertEquals(callerFolder(cwd, initCwd, path), expected);
  });
}

Deno.test("checkSystem() reports where Windows programs cannot run", () => {
  checkSystem({ os: "linux", arch: "x86_64" });
  const error = assertThrows(
    () => checkSystem({ os: "darwin", arch: "aarch64" }),
    HostError,
  );
  assertStringIncludes(error.message, "not on darwin (aarch64)");
});

Deno.test("checkDisk() reports what is missing", async () => {
  const error = await assertRejects(
    () => checkDisk("/cache", 2.5e9, () => Promise.resolve(1e9)),
    HostError,
  );
  assertStringIncludes(
    error.message,
    "1.0 GB free and the set-up takes 2.5 GB",
  );
});

Deno.test("missingPackages() names the packages of missing tools", () => {
  const find = (tool: string) =>
    tool === "bwrap" ? "/usr/bin/bwrap" : undefined;
  assertEquals(missingPackages(["bwrap", "mmdebstrap"], find), ["mmdebstrap"]);
  assertEquals(missingPackages(["tar", "gzip"], find), ["tar", "gzip"]);
  assertEquals(missingPackages(["debian-archive-keyring"], find), [
    "debian-archive-keyring",
  ]);
});

Deno.test("trustingDebian() names Debian's keys, which another system's apt does not trust", async () => {
  await using folder = await tempFolder();
  const own = `${folder.path}/trusted.gpg`;
  assertEquals(debianKeys(folder.path), undefined);
  const keys = `${folder.path}/debian-archive-keyring.pgp`;
  await Deno.writeTextFile(keys, "keys");
  assertEquals(debianKeys(folder.path), keys);
  assertEquals(trustingDebian(keys, own), [`--keyring=${keys}`]);
  // That option would take its place.
  await Deno.writeTextFile(own, "the key of a mirror");
  assertEquals(trustingDebian(keys, own), []);
});

Deno.test("majorVersion() reads what Wine says", () => {
  assertEquals(majorVersion("wine-10.0 (Debian 10.0~repack-6)"), 10);
  assertEquals(majorVersion("wine-9.22-staging"), 9);
  assertEquals(majorVersion("nothing"), 0);
});

Deno.test("shareFiles() links what is the same", async () => {
  await using folder = await tempFolder();
  const [a, b] = [`${folder.path}/a`, `${folder.path}/b`];
  for (const dir of [a, b]) {
    await Deno.mkdir(dir);
    await Deno.writeTextFile(`${dir}/same`, "same");
    await Deno.writeTextFile(`${dir}/other`, dir);
  }
  assertEquals(await shareFiles(a, b), 4);
  assertEquals((await Deno.stat(`${b}/same`)).nlink, 2);
  assertEquals((await Deno.stat(`${b}/other`)).nlink, 1);
});

Deno.test("Progress writes plain lines elsewhere than on a terminal", () => {
  let text = "";
  using progress = new Progress({
    write: (part) => text += part,
    terminal: false,
  });
  const step = progress.step("Thing", "53.1 MB");
  step.update("12.0 of 53.1 MB");
  step.done();
  assertEquals(
    text.replace(/[\d.]+ s/, "N s"),
    "winipc: Thing: 53.1 MB …\nwinipc: Thing: done in N s\n",
  );
});

Deno.test("Progress draws one line over on a terminal", () => {
  let text = "";
  using progress = new Progress({
    write: (part) => text += part,
    terminal: true,
    columns: 40,
  });
  const step = progress.step("Thing");
  step.update("x".repeat(100));
  assertEquals(text.includes("\n"), false);
  assertEquals(text.split("\x1b[K").at(-1)!.length, 39);
  step.done();
});

Deno.test("chooseStd() tries JSR once a day", async () => {
  await using folder = await tempFolder();
  const cache = cacheAt(folder.path);
  let tries = 0;
  const probe = () => Promise.resolve(++tries > 1);
  const fallback = [`--import-map=${IMPORT_MAP}`];
  const forced = Deno.env.get("WINIPC_STD");
  Deno.env.delete("WINIPC_STD");
  try {
    assertEquals(await chooseStd(cache, { probe, now: 0 }), fallback);
    assertEquals(await chooseStd(cache, { probe, now: 3_600_000 }), fallback);
    assertEquals(await chooseStd(cache, { probe, now: 90_000_000 }), []);
    assertEquals(tries, 2);
  } finally {
    if (forced !== undefined) Deno.env.set("WINIPC_STD", forced);
  }
});

/** Fails with each of `errors`, then succeeds; counts its calls. */
function failing(errors: Error[]): { calls: number; run(): Promise<void> } {
  return {
    calls: 0,
    run() {
      const error = errors[this.calls++];
      return error === undefined ? Promise.resolve() : Promise.reject(error);
    },
  };
}

/** What Deno throws on Windows while another program has a file open. */
const IN_USE = [
  new Deno.errors.PermissionDenied("Access is denied. (os error 5): rename"),
  new Error("The process cannot access the file (os error 32): rename"),
];

Deno.test("renameNew() tries again while another program has a file open", async () => {
  const rename = failing(IN_USE);
  await renameNew("a", "b", () => rename.run());
  assertEquals(rename.calls, 3);
});

Deno.test("renameNew() fails at once for another reason", async () => {
  for (
    const error of [
      new Deno.errors.PermissionDenied("Permission denied (os error 13)"),
      new Error("Input/output error (os error 5)"),
      new Deno.errors.NotFound("No such file (os error 2)"),
    ]
  ) {
    const rename = failing([error]);
    const caught = await assertRejects(() =>
      renameNew("a", "b", () => rename.run())
    );
    assertEquals([caught, rename.calls], [error, 1]);
  }
});

Deno.test("removeTree() tries again while a file is in use, until it is gone", async () => {
  const remove = failing([
    ...IN_USE,
    new Error("The directory is not empty. (os error 145)"),
    new Deno.errors.NotFound("No such file (os error 2)"),
  ]);
  await removeTree("a", () => remove.run());
  assertEquals(remove.calls, 4);
});

Deno.test("needNamespaces() reports what to do where none may be made", async () => {
  await using folder = await tempFolder();
  const bwrap = `${folder.path}/bwrap`;
  const script =
    "#!/bin/sh\necho 'bwrap: Operation not permitted' >&2; exit 1\n";
  await Deno.writeTextFile(bwrap, script, { mode: 0o755 });
  const error = await assertRejects(() => needNamespaces(bwrap), HostError);
  assertStringIncludes(error.message, "Wine 10 or newer on the PATH");
  assertStringIncludes(error.message, "Operation not permitted");
  await needNamespaces("true");
});

Deno.test("chooseStd() works where its answer cannot be kept", async () => {
  const forced = Deno.env.get("WINIPC_STD");
  Deno.env.delete("WINIPC_STD");
  try {
    // No folder can be made there, not even by root.
    const cache = cacheAt("/proc/winipc");
    const probe = () => Promise.resolve(true);
    assertEquals(await chooseStd(cache, { probe }), []);
  } finally {
    if (forced !== undefined) Deno.env.set("WINIPC_STD", forced);
  }
});

Deno.test("freeIds() leaves out those of other users", () => {
  assertEquals(freeIds(""), "100000-165535");
  const lines = "anna:100000:65536\n\nben:231072:65536\nanna:165536:65536\n";
  assertEquals(freeIds(lines), "296608-362143");
});
