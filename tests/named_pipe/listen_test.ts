import {
  assertEquals,
  assertMatch,
  assertNotEquals,
  assertRejects,
  assertThrows,
} from "@std/assert";
import {
  connectPipe,
  listenPipe,
  type ListenPipeOptions,
  readExactly,
  Win32Error,
} from "../../mod.ts";
import { namedUnless } from "../support/ignored.ts";
import { descriptorOf, UNDER_WINE } from "../support/system.ts";
import { WINDOWS_RULES } from "../support/windows_rules.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import { restoreLastError } from "../../lib/win32/error.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";
import { wrapNatives, type Wrapper } from "../../lib/win32/binding.ts";
import { clientPeer, serverPeer, turn } from "./helpers.ts";

/** Whether pipes are Wine's own, which does not do all that Windows does. */
const LAX = UNDER_WINE && !WINDOWS_RULES;
const EVERYBODY = "D:(A;;GA;;;WD)";
const NOBODY = "D:(D;;GA;;;WD)";

Deno.test("listenPipe() of a taken name is AddrInUse", async () => {
  await using listener = listenPipe(uniqueName());
  const error = assertThrows(
    () => listenPipe(listener.name),
    Deno.errors.AddrInUse,
    "the name is taken, by another listener or by clients of one that has gone (ERROR_",
  );
  assertEquals((error.cause as Win32Error).call, "CreateNamedPipeW");
  await using _client = await connectPipe(listener.name);
});

Deno.test("listenPipe() of a name that another process has is AddrInUse", async () => {
  const name = uniqueName();
  await using _peer = await serverPeer("hold", name);
  assertThrows(() => listenPipe(name), Deno.errors.AddrInUse, "is taken");
});

Deno.test("listenPipe() refused takes no client of the one that has the name", async () => {
  const name = uniqueName();
  await using _peer = await serverPeer("echo", name);
  for (let i = 0; i < 5; i++) {
    assertThrows(() => listenPipe(name), Deno.errors.AddrInUse);
    await using client = await connectPipe(name);
    await client.write(bytes("mine"));
    assertEquals(text(await readExactly(client, 4)), "mine");
  }
});

Deno.test("listenPipe() has the name back when the other process dies", async () => {
  const name = uniqueName();
  await using peer = await serverPeer("hold", name);
  await peer.kill();
  await using _listener = listenPipe(name);
});

Deno.test("listenPipe() with a timeout waits for a name that is taken", async () => {
  const name = uniqueName();
  const former = listenPipe(name);
  const waiting = listenPipe(name, { timeout: 60_000 });
  await turn();
  await former[Symbol.asyncDispose]();
  await using listener = await waiting;
  await using _client = await connectPipe(name);
  await using _server = await listener.accept();
});

Deno.test("listenPipe() that waits for a name times out, aborts, and checks its arguments", async () => {
  await using taken = listenPipe(uniqueName());
  const { name } = taken;
  const error = await assertRejects(
    () => listenPipe(name, { timeout: 5 }),
    DOMException,
    `Cannot listen on "${name}": the name did not come free within 5 ms`,
  );
  assertEquals(error.name, "TimeoutError");
  const abort = new AbortController();
  const { signal } = abort;
  const waiting = listenPipe(name, { timeout: Infinity, signal });
  await turn();
  abort.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  assertThrows(() => listenPipe(name, { timeout: -1 }), RangeError);
  const signalled = { timeout: 5, signal: AbortSignal.abort(new Error("no")) };
  assertThrows(() => listenPipe(name, signalled), Error, "no");
});

Deno.test("listenPipe() has the name once the clients of a former server have left", async () => {
  const name = uniqueName();
  await using server = await serverPeer("hold", name);
  await using client = await connectPipe(name);
  await server.kill();
  if (!LAX) assertThrows(() => listenPipe(name), Deno.errors.AddrInUse);
  const waiting = listenPipe(name, { timeout: 60_000 });
  await turn();
  await client[Symbol.asyncDispose]();
  await using _listener = await waiting;
});

Deno.test({
  ...namedUnless(
    LAX,
    "Wine keeps the descriptor and does not ask it",
    "sddl that keeps this process out of its own pipe is PermissionDenied, and leaves nothing open",
  ),
  async fn() {
    const name = uniqueName();
    const error = assertThrows(
      () => listenPipe(name, { sddl: NOBODY }),
      Deno.errors.PermissionDenied,
      "(A;;GA;;;OW)",
    );
    assertEquals((error.cause as Win32Error).call, "CreateNamedPipeW");
    await using _again = listenPipe(name);
  },
});

Deno.test({
  ...namedUnless(
    LAX,
    "Wine takes any group",
    "sddl with the group of somebody else is PermissionDenied, and not a taken name",
  ),
  fn() {
    assertThrows(
      () =>
        listenPipe(uniqueName(), { sddl: `G:S-1-5-21-1-2-3-513${EVERYBODY}` }),
      Deno.errors.PermissionDenied,
      "group (G:)",
    );
  },
});

Deno.test("listenPipe() refused a further instance leaves nothing open", async () => {
  const name = uniqueName();
  let created = 0;
  const refuse: Wrapper = (native, bound) => (...args) => {
    // On Windows the descriptor of the first instance decides on the others.
    const refused = bound.name === "CreateNamedPipeW" && ++created === 2;
    if (!refused) return native(...args);
    restoreLastError(ERROR.ERROR_ACCESS_DENIED);
    return 0xffff_ffff_ffff_ffffn;
  };
  wrapNatives(refuse);
  try {
    assertThrows(
      () => listenPipe(name, { sddl: EVERYBODY }),
      Deno.errors.PermissionDenied,
      "the sddl does not let this process create further instances",
    );
  } finally {
    wrapNatives(undefined);
  }
  await using _again = listenPipe(name);
});

Deno.test("listenPipe() is reached by every form of its name", async () => {
  const bare = uniqueName();
  const forms = [
    bare,
    `\\\\.\\pipe\\${bare}`,
    `\\\\?\\pipe\\${bare}`,
    `//./pipe/${bare}`,
    `npipe:////./pipe/${bare}`,
    `\\\\.\\PIPE\\${bare.toUpperCase()}`,
  ];
  for (const listening of forms) {
    await using listener = listenPipe(listening);
    for (const dialling of forms) {
      await using _client = await connectPipe(dialling);
      await using _server = await listener.accept();
    }
  }
});

Deno.test("listenPipe() takes names with folders, é, 管 and 😀", async () => {
  await using listener = listenPipe(`${uniqueName()}\\é 管 😀`);
  await using _peer = clientPeer("stay", listener.name);
  await using _server = await listener.accept();
});

Deno.test("listenPipe() takes the longest name", async () => {
  const name = uniqueName().padEnd(256 - "\\\\.\\pipe\\".length, "x");
  await using listener = listenPipe(name);
  await using _client = await connectPipe(name);
  assertEquals(listener.name.length, 256);
});

Deno.test("listenPipe() refuses bad names before any call", () => {
  const wrong = ["", "a\0b", "\\x", "\\\\.\\mailslot\\x", 7, null, undefined];
  for (const name of wrong) {
    const error = assertThrows(() => listenPipe(name as string), TypeError);
    assertEquals(error.cause, undefined);
  }
  assertThrows(
    () => listenPipe("x".repeat(248)),
    RangeError,
    "longer than 256",
  );
});

Deno.test("listenPipe() refuses a name on another computer", () => {
  assertThrows(
    () => listenPipe("\\\\server\\pipe\\x"),
    TypeError,
    "on this computer",
  );
});

Deno.test("listenPipe() refuses bad options before any call", () => {
  const type = [
    { mode: "bytes" },
    { access: "readwrite" },
    { allowRemote: "false" },
    { inputBuffer: "4096" },
    { outputBuffer: 1.5 },
    { backlog: "many" },
    { sddl: 7 },
    { sddl: "" },
    { sddl: "D:\0" },
  ];
  for (const options of type) {
    assertThrows(
      () => listenPipe("x", options as ListenPipeOptions),
      TypeError,
    );
  }
  const range = [
    { maxInstances: 0 },
    { maxInstances: -1 },
    { maxInstances: NaN },
    { inputBuffer: -1 },
    { outputBuffer: 2 ** 32 },
    { backlog: 0 },
    { backlog: -1 },
  ];
  for (const options of range) {
    assertThrows(() => listenPipe("x", options), RangeError);
  }
});

Deno.test("sddl that lets everybody in lets another process in", async () => {
  await using listener = listenPipe(uniqueName(), { sddl: EVERYBODY });
  await using peer = clientPeer("write", listener.name, "in");
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 2)), "in");
  await peer.says("left");
});

Deno.test({
  ...namedUnless(
    LAX,
    "Wine keeps the descriptor and does not ask it",
    "sddl that denies everybody keeps another process out",
  ),
  async fn() {
    await using listener = listenPipe(uniqueName(), {
      sddl: NOBODY,
      backlog: 1,
    });
    await using peer = clientPeer("fail", listener.name);
    await peer.says("PermissionDenied");
  },
});

Deno.test("sddl is the descriptor that the pipe has", async () => {
  await using open = listenPipe(uniqueName(), { sddl: EVERYBODY });
  await using usual = listenPipe(uniqueName());
  assertMatch(descriptorOf(open.name), /^D:P?(AI)?\(A;[^;]*;[^;]*;;;WD\)$/);
  assertNotEquals(descriptorOf(open.name), descriptorOf(usual.name));
});

Deno.test("an sddl that Windows does not understand is reported", () => {
  for (const sddl of ["nonsense", "D:(A;;GA;;;", "D:(X;;GA;;;WD)"]) {
    const error = assertThrows(
      () => listenPipe(uniqueName(), { sddl }),
      TypeError,
      `Invalid SDDL "${sddl}"`,
    );
    assertEquals(error.cause instanceof Win32Error, true);
  }
});

Deno.test("sddl refused leaves the name free", async () => {
  const name = uniqueName();
  assertThrows(() => listenPipe(name, { sddl: "nonsense" }), TypeError);
  await using _listener = listenPipe(name);
});

Deno.test("access of the server limits the client", async () => {
  for (
    const [access, wrong] of [["read", "read"], ["write", "write"]] as const
  ) {
    await using listener = listenPipe(uniqueName(), { access });
    for (const tried of [wrong, "read-write"] as const) {
      await assertRejects(
        () => connectPipe(listener.name, { access: tried }),
        Deno.errors.PermissionDenied,
        "direction",
      );
    }
  }
});

Deno.test("access read lets a client write, and access write lets it read", async () => {
  await using hearing = listenPipe(uniqueName(), { access: "read" });
  await using speaking = listenPipe(uniqueName(), { access: "write" });
  await using writer = await connectPipe(hearing.name, { access: "write" });
  await using reader = await connectPipe(speaking.name, { access: "read" });
  await using heard = await hearing.accept();
  await using speaker = await speaking.accept();
  await writer.write(bytes("up"));
  await speaker.write(bytes("down"));
  assertEquals(text(await readExactly(heard, 2)), "up");
  assertEquals(text(await readExactly(reader, 4)), "down");
});

Deno.test("access read of a message pipe keeps its messages", async () => {
  await using listener = listenPipe(uniqueName(), {
    access: "write",
    mode: "message",
  });
  await using reader = await connectPipe(listener.name, { access: "read" });
  await using speaker = await listener.accept();
  for (const word of ["one", "two"]) await speaker.write(bytes(word));
  assertEquals(text(await reader.readMessage()), "one");
  assertEquals(text(await reader.readMessage()), "two");
});

Deno.test("a closed listener leaves no timer, which Deno's tests would report", async () => {
  const listener = listenPipe(uniqueName());
  // Nobody accepts, so that winipc looks for clients by a timer by now.
  await new Promise((resolve) => setTimeout(resolve));
  listener.close();
});
