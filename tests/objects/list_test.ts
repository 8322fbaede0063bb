import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import {
  createEvent,
  createMutex,
  createSemaphore,
  createSharedMemory,
} from "../../mod.ts";
import { listObjects, type ListObjectsOptions } from "../../lib/objects/mod.ts";
import type { Native } from "../../lib/win32/table.ts";
import {
  FIND_DATA_NAME_OFFSET,
  pack,
  WIN32_FIND_DATAW,
} from "../../lib/win32/structs.ts";
import { toUtf16 } from "../../lib/win32/utf16.ts";
import { assertNoHandlesLeft } from "../support/handles.ts";
import { uniqueName } from "../support/names.ts";
import "../support/native.ts";
import { runScript, startScript } from "../support/peer.ts";
import { IN_SESSION_0, OWN_PREFIX, UNDER_WINE } from "../support/system.ts";
import { wrapped } from "../support/wrapped.ts";

const STATUS_ACCESS_DENIED = 0xc000_0022 | 0;
const STATUS_NO_MORE_ENTRIES = 0x8000_001a | 0;
const STATUS_MORE_ENTRIES = 0x105;

/** The kinds and names that match `pattern`. */
function found(pattern: string): string[] {
  return listObjects({ pattern }).objects
    .map(({ kind, name }) => `${kind} ${name}`);
}

Deno.test("listObjects() lists objects of this session and of all, with their kinds", () => {
  const name = uniqueName();
  {
    using _section = createSharedMemory(`${name}.1`, { size: 1 });
    using _event = createEvent(`Local\\${name}.2`);
    using _mutex = createMutex(`${name}.3`);
    using _semaphore = createSemaphore(`Global\\${name}.ü😀`, { max: 1 });
    assertEquals(found(name), [
      `section ${OWN_PREFIX}${name}.1`,
      `event ${OWN_PREFIX}${name}.2`,
      `mutex ${OWN_PREFIX}${name}.3`,
      `semaphore Global\\${name}.ü😀`,
    ]);
    const { objects } = listObjects({
      pattern: `${name.toUpperCase()}.?`,
      folders: ["local"],
    });
    assertEquals(objects[2], {
      name: `Local\\${name}.3`,
      kind: "mutex",
      type: "Mutant",
      folder: "local",
    });
    assertEquals(objects.length, 3);
    assertEquals(found(`Global\\${name}*`).length, IN_SESSION_0 ? 4 : 1);
  }
  assertEquals(found(name), []);
});

Deno.test("listObjects() has the targets of symbolic links", () => {
  const { objects } = listObjects({ pattern: "Global\\Global" });
  assertEquals(objects, [{
    name: "Global\\Global",
    kind: "symbolic-link",
    type: "SymbolicLink",
    folder: "global",
    target: "\\BaseNamedObjects",
  }]);
});

Deno.test("listObjects() lists the objects of another process, until it is killed", async () => {
  const name = uniqueName();
  const script = new URL("../sync/peer.ts", import.meta.url);
  await using peer = startScript(script, [name]);
  await peer.says("ready");
  await peer.send("create mutex");
  await peer.says("did create mutex");
  assertEquals(found(name), [`mutex ${OWN_PREFIX}${name}`]);
  await peer.kill();
  await peer.ended();
  assertEquals(found(name), []);
});

Deno.test("examples/list_objects.ts lists the objects of this process", async () => {
  const name = uniqueName();
  using _event = createEvent(name);
  const url = new URL("../../examples/list_objects.ts", import.meta.url);
  const { stdout, stderr } = await runScript(url, [name], ["-A"]);
  assertEquals(stdout, `event ${OWN_PREFIX}${name}`);
  assertEquals(stderr.includes('"pipe" is not listed'), UNDER_WINE);
});

Deno.test("listObjects() says which folders it cannot list", () => {
  const all = listObjects();
  const folders = all.unlisted.map(({ folder }) => folder);
  assertEquals(folders, UNDER_WINE ? ["pipe", "mailslot"] : []);
  for (const { error } of all.unlisted) {
    assertInstanceOf(error, Deno.errors.NotSupported);
  }
  const { objects, unlisted } = withNative(
    "NtOpenDirectoryObject",
    () => () => STATUS_ACCESS_DENIED,
    { folders: ["local", "global"] },
  );
  assertEquals(objects, []);
  assertEquals(
    unlisted.map(({ folder }) => folder),
    IN_SESSION_0 ? ["global"] : ["local", "global"],
  );
  for (const { error } of unlisted) {
    assertInstanceOf(error, Deno.errors.PermissionDenied);
  }
});

Deno.test("listObjects() reads a long list in parts, an empty one, and links that it may not read", () => {
  const name = uniqueName();
  using _first = createEvent(`${name}.1`);
  using _second = createEvent(`${name}.2`);
  let parts = 0;
  const listed = () =>
    withNative("NtQueryDirectoryObject", (native) => {
      return (directory, buffer, _length, ...rest) => {
        const status = native(directory, buffer, 400, ...rest);
        if (status === STATUS_MORE_ENTRIES) parts++;
        return status;
      };
    }, { pattern: name, folders: ["local"] });
  // An object that another program closes meanwhile shifts the rest of the list.
  let inParts = listed();
  for (let i = 0; i < 20 && inParts.objects.length !== 2; i++) {
    inParts = listed();
  }
  assertEquals(inParts.objects.length, 2);
  assertEquals(parts > 0, true);
  const empty = withNative(
    "NtQueryDirectoryObject",
    () => () => STATUS_NO_MORE_ENTRIES,
    { folders: ["local"] },
  );
  assertEquals(empty, { objects: [], unlisted: [] });
  const { objects } = withNative(
    "NtOpenSymbolicLinkObject",
    () => () => STATUS_ACCESS_DENIED,
    { pattern: `${OWN_PREFIX}Global` },
  );
  assertEquals(objects.map(({ kind, target }) => [kind, target]), [
    ["symbolic-link", undefined],
  ]);
});

Deno.test("listObjects() lists pipes and mailslots as Windows has them", () => {
  using _lists = wrapped({
    FindFirstFileW: () => (_path, data) => {
      const found = data as Uint8Array;
      found.set(pack(WIN32_FIND_DATAW, { nFileSizeLow: 3 }));
      found.set(toUtf16("a\\b"), FIND_DATA_NAME_OFFSET);
      return 1n;
    },
    FindNextFileW: () => () => 0,
    FindClose: () => () => 1,
  });
  const folders = ["pipe", "mailslot"] as const;
  assertEquals(listObjects({ folders, pattern: "a\\?" }), {
    objects: [
      {
        name: "\\\\.\\pipe\\a\\b",
        kind: "pipe",
        type: "NamedPipe",
        folder: "pipe",
        instances: 3,
      },
      {
        name: "\\\\.\\mailslot\\a\\b",
        kind: "mailslot",
        type: "Mailslot",
        folder: "mailslot",
      },
    ],
    unlisted: [],
  });
});

Deno.test("listObjects() takes a folder without mailslots for an empty one", () => {
  const list = withNative("FindFirstFileW", (native) => (_path, data) => {
    // Nothing has such a name, as in a folder without files.
    return native(toUtf16(`C:\\${uniqueName()}*`), data);
  }, { folders: ["mailslot"] });
  assertEquals(list, { objects: [], unlisted: [] });
});

Deno.test("listObjects() leaves no handle behind, also where it fails", async () => {
  const refused = () => () => STATUS_ACCESS_DENIED;
  const round = () => {
    for (let i = 0; i < 10; i++) {
      listObjects();
      withNative("NtQueryDirectoryObject", refused);
      withNative("NtQuerySymbolicLinkObject", refused);
    }
  };
  round();
  await assertNoHandlesLeft(round);
});

Deno.test("listObjects() refuses bad options before any call", () => {
  const cases: [ListObjectsOptions, string][] = [
    [{ pattern: 5 as never }, "Invalid pattern 5: give a string"],
    [{ folders: "pipe" as never }, "Invalid folders: give a list"],
    [{ folders: ["pipes" as "pipe"] }, "Invalid folder"],
  ];
  for (const [options, message] of cases) {
    assertThrows(() => listObjects(options), TypeError, message);
  }
});

/** Lists while another function replaces the native `name`. */
function withNative(
  name: string,
  wrapper: (native: Native) => Native,
  options: ListObjectsOptions = {},
) {
  using _wrapped = wrapped({ [name]: wrapper });
  return listObjects(options);
}
