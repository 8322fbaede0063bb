import { assertEquals, assertRejects } from "@std/assert";
import {
  connectPipe,
  type ConnectPipeOptions,
  listenPipe,
  readExactly,
  trace,
  type Win32Error,
} from "../../mod.ts";
import { wrapNatives, type Wrapper } from "../../lib/win32/binding.ts";
import { lastErrorCode, restoreLastError } from "../../lib/win32/error.ts";
import { ERROR } from "../../lib/win32/error_codes.ts";
import { bytes, text, uniqueName } from "../support/names.ts";
import { wrapped } from "../support/wrapped.ts";
import { clientPeer, pair, serverPeer, turn } from "./helpers.ts";

const GENERIC_READ = 0x8000_0000;
const GENERIC_WRITE = 0x4000_0000;
const SYNCHRONIZE = 0x10_0000;
const FILE_WRITE_ATTRIBUTES = 0x100;
const FILE_READ_ATTRIBUTES = 0x80;
const STATUS_BAD_NETWORK_PATH = 0xc000_00be | 0;

Deno.test("connectPipe() where nobody listens is NotFound", async () => {
  const name = uniqueName();
  const error = await assertRejects(
    () => connectPipe(name),
    Deno.errors.NotFound,
    `Cannot connect to "\\\\.\\pipe\\${name}": nobody listens there (ERROR_FILE_NOT_FOUND)`,
  );
  const { code, call } = error.cause as Win32Error;
  assertEquals([code, call], [2, "CreateFileW"]);
});

Deno.test("connectPipe() waits for a listener when asked", async () => {
  const name = uniqueName();
  await using peer = clientPeer("wait", name);
  await peer.says("dialling");
  await using listener = listenPipe(name);
  await using server = await listener.accept();
  assertEquals(text(await readExactly(server, 5)), "hello");
  await peer.says("left");
});

Deno.test("connectPipe() aborted while it waits for a listener rejects", async () => {
  const abort = new AbortController();
  const { signal } = abort;
  const options = { waitForPeer: true, signal };
  const connecting = connectPipe(uniqueName(), options);
  await turn();
  abort.abort(new Error("enough"));
  await assertRejects(() => connecting, Error, "enough");
});

Deno.test("connectPipe() times out while it waits for a listener", async () => {
  const options = { waitForPeer: true, timeout: 10 };
  const name = uniqueName();
  const error = await assertRejects(
    () => connectPipe(name, options),
    DOMException,
    `Cannot connect to "\\\\.\\pipe\\${name}": nobody listened within 10 ms`,
  );
  assertEquals(error.name, "TimeoutError");
});

Deno.test("connectPipe() waits for a busy pipe, until it is free", async () => {
  await using listener = listenPipe(uniqueName(), { maxInstances: 1 });
  const first = await connectPipe(listener.name);
  await using peer = clientPeer("wait", listener.name);
  await peer.says("dialling");
  const server = await listener.accept();
  await first[Symbol.asyncDispose]();
  await server[Symbol.asyncDispose]();
  await using second = await listener.accept();
  assertEquals(text(await readExactly(second, 5)), "hello");
});

Deno.test("connectPipe() aborted or timed out at a busy pipe rejects", async () => {
  await using listener = listenPipe(uniqueName(), { maxInstances: 1 });
  await using _first = await connectPipe(listener.name);
  const abort = new AbortController();
  const second = connectPipe(listener.name, { signal: abort.signal });
  await turn();
  abort.abort(new Error("enough"));
  await assertRejects(() => second, Error, "enough");
  await assertRejects(
    () => connectPipe(listener.name, { timeout: 5 }),
    DOMException,
  );
  await using _server = await listener.accept();
});

Deno.test("connectPipe() at a busy pipe whose listener goes away is NotFound", async () => {
  const listener = listenPipe(uniqueName(), { maxInstances: 1 });
  const first = await connectPipe(listener.name);
  const second = assertRejects(
    () => connectPipe(listener.name),
    Deno.errors.NotFound,
  );
  await turn();
  await first[Symbol.asyncDispose]();
  await listener[Symbol.asyncDispose]();
  await second;
});

Deno.test("connectPipe() refuses bad names before any call", async () => {
  const wrong = ["", "a\0b", "/x", "\\\\.\\mailslot\\x", 7, null, undefined];
  for (const name of wrong) {
    const error = await assertRejects(
      () => connectPipe(name as string),
      TypeError,
    );
    assertEquals(error.cause, undefined);
  }
  await assertRejects(() => connectPipe("x".repeat(248)), RangeError);
});

Deno.test("connectPipe() refuses bad options before any call", async () => {
  const wrong = [
    { mode: "messages" },
    { access: "write-read" },
    { impersonation: "all" },
    { timeout: "5" },
    { signal: {} },
  ];
  for (const options of wrong) {
    await assertRejects(
      () => connectPipe("x", options as ConnectPipeOptions),
      TypeError,
      "Invalid",
    );
  }
  await assertRejects(() => connectPipe("x", { timeout: -1 }), RangeError);
});

Deno.test("connectPipe() with an aborted signal does not connect", async () => {
  await using listener = listenPipe(uniqueName());
  const signal = AbortSignal.abort(new Error("before"));
  await assertRejects(
    () => connectPipe(listener.name, { signal }),
    Error,
    "before",
  );
  await assertRejects(() => listener.accept({ timeout: 5 }), DOMException);
});

Deno.test("connectPipe() as messages to a pipe made for bytes is a TypeError", async () => {
  await using listener = listenPipe(uniqueName());
  await assertRejects(
    () => connectPipe(listener.name, { mode: "message" }),
    TypeError,
    "a byte pipe, not a message pipe",
  );
});

Deno.test("connectPipe() takes every level of impersonation", async () => {
  await using listener = listenPipe(uniqueName());
  for (
    const impersonation of [
      "anonymous",
      "identification",
      "impersonation",
      "delegation",
    ] as const
  ) {
    await using _client = await connectPipe(listener.name, { impersonation });
    await using _server = await listener.accept();
  }
});

Deno.test("connectPipe() dials another computer on another thread", async () => {
  const calls: string[] = [];
  using _trace = trace({ sink: ({ name }) => calls.push(name) });
  const error = await assertRejects(
    () => connectPipe("\\\\winipc.invalid\\pipe\\x"),
    Deno.errors.NotFound,
    "Cannot connect to",
  );
  assertEquals((error.cause as Win32Error).call, "NtCreateFile");
  assertEquals(calls.includes("CreateFileW"), false);
});

Deno.test("connectPipe() to another computer times out and aborts", async () => {
  const connecting = (options: ConnectPipeOptions) =>
    connectPipe("\\\\winipc.invalid\\pipe\\x", options);
  await withSlowDialling(async (answer) => {
    const error = await assertRejects(
      () => connecting({ timeout: 5 }),
      DOMException,
    );
    assertEquals(error.name, "TimeoutError");
    const abort = new AbortController();
    const aborted = connecting({ signal: abort.signal });
    await turn();
    abort.abort(new Error("enough"));
    await assertRejects(() => aborted, Error, "enough");
    answer();
  });
});

Deno.test("connectPipe() to read asks to change attributes only where it matters", async () => {
  for (const mode of ["byte", "message"] as const) {
    await using listener = listenPipe(uniqueName(), { mode, access: "write" });
    const access = "read";
    const asked = await attributesAsked(async () => {
      await using _bytes = await connectPipe(listener.name, {
        access,
        mode: "byte",
      });
    });
    assertEquals(asked, [false]);
    // As a user whom the server's security lets read and no more.
    const refused = await attributesAsked(async () => {
      await using client = await connectPipe(listener.name, { access });
      assertEquals(client.mode, "byte");
      await using _first = await listener.accept();
      await using server = await listener.accept();
      await server.write(bytes("read"));
      assertEquals(text(await readExactly(client, 4)), "read");
    }, { refuse: true });
    assertEquals(refused, [true, false]);
  }
});

Deno.test("connectPipe() to read messages, where that is refused, is PermissionDenied", async () => {
  const options = { mode: "message", access: "write" } as const;
  await using listener = listenPipe(uniqueName(), options);
  await attributesAsked(async () => {
    await assertRejects(
      () => connectPipe(listener.name, { mode: "message", access: "read" }),
      Deno.errors.PermissionDenied,
      "read bytes",
    );
  }, { refuse: true });
});

Deno.test("connection says its name, mode and role", async () => {
  await using ends = await pair({ mode: "message" });
  const { server, client, listener } = ends;
  assertEquals([server.name, client.name], [listener.name, listener.name]);
  assertEquals([server.mode, client.mode], ["message", "message"]);
  assertEquals([server.role, client.role], ["server", "client"]);
});

Deno.test("connectPipe() reaches a server in another process", async () => {
  const name = uniqueName();
  await using peer = await serverPeer("write", name, "greetings");
  await using connection = await connectPipe(name);
  assertEquals(text(await readExactly(connection, 9)), "greetings");
  assertEquals(connection.peer().pid, peer.pid);
});

Deno.test("connectPipe() with a timeout waits on where a busy pipe is gone for a moment", async () => {
  const name = uniqueName();
  const limit = { timeout: 30_000 };
  const gap = Promise.withResolvers<void>();
  const busy = Promise.withResolvers<void>();
  wrapNatives((native, { name }) => (...args) => {
    const result = native(...args);
    if (name !== "CreateFileW") return result;
    const code = lastErrorCode();
    if (code === ERROR.ERROR_PIPE_BUSY) busy.resolve();
    if (code === ERROR.ERROR_FILE_NOT_FOUND) gap.resolve();
    restoreLastError(code);
    return result;
  });
  try {
    const first = listenPipe(name, { maxInstances: 1 });
    const client = await connectPipe(name);
    const server = await first.accept();
    const waiting = connectPipe(name, limit);
    await busy.promise;
    for (const end of [client, server, first]) await end[Symbol.asyncDispose]();
    await gap.promise;
    await using _again = listenPipe(name, { maxInstances: 1 });
    await using connection = await waiting;
    assertEquals(connection.name, `\\\\.\\pipe\\${name}`);
  } finally {
    wrapNatives(undefined);
  }
});

for (const access of ["read", "write"] as const) {
  Deno.test(`connectPipe() opens what is available of a pipe whose server can only ${access}`, async () => {
    for (const mode of ["byte", "message"] as const) {
      await using listener = listenPipe(uniqueName(), { mode, access });
      await using client = await connectPipe(listener.name, {
        access: "available",
      });
      await using server = await listener.accept();
      const other = access === "read" ? "write" : "read";
      assertEquals([client.access, server.access], [other, access]);
      assertEquals(client.mode, mode);
      const [from, to] = access === "read"
        ? [client, server]
        : [server, client];
      await from.write(bytes("hello"));
      assertEquals(text(await readExactly(to, 5)), "hello");
      await assertRejects(
        () =>
          access === "read"
            ? server.write(bytes("x"))
            : client.write(bytes("x")),
        Deno.errors.PermissionDenied,
        "this end of the pipe only reads",
      );
    }
  });
}

/** Which of the CreateFileW calls of `work` asked for FILE_WRITE_ATTRIBUTES; with `refuse` these fail. */
async function attributesAsked(
  work: () => Promise<void>,
  { refuse = false } = {},
): Promise<boolean[]> {
  const asked: boolean[] = [];
  const wrapper: Wrapper = (native, { name }) => (...args) => {
    if (name === "SetNamedPipeHandleState" && refuse) {
      restoreLastError(ERROR.ERROR_ACCESS_DENIED);
      return 0;
    }
    if (name !== "CreateFileW") return native(...args);
    const change = (Number(args[1]) & FILE_WRITE_ATTRIBUTES) !== 0;
    asked.push(change);
    if (!change || !refuse) return native(...args);
    restoreLastError(ERROR.ERROR_ACCESS_DENIED);
    return 0xffff_ffff_ffff_ffffn;
  };
  wrapNatives(wrapper);
  try {
    await work();
  } finally {
    wrapNatives(undefined);
  }
  return asked;
}

/**
 * Runs `work` while Windows dials other computers until `answer` is called, and
 * waits for the end of what it dialled.
 */
async function withSlowDialling(
  work: (answer: () => void) => Promise<void>,
): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const dialled: Promise<unknown>[] = [];
  wrapNatives((native, { name }) => (...args) => {
    if (name !== "NtCreateFile") return native(...args);
    const call = promise.then(() => native(...args));
    dialled.push(call);
    return call;
  });
  // As the call on another thread does.
  const keepsAlive = setInterval(() => {}, 60_000);
  try {
    await work(resolve);
  } finally {
    resolve();
    await Promise.allSettled(dialled);
    clearInterval(keepsAlive);
    wrapNatives(undefined);
  }
}

Deno.test("connectPipe() to another computer asks for the rights that its access needs", async () => {
  const accesses: unknown[] = [];
  using _computer = wrapped({
    NtCreateFile: () => (_handle, access) => {
      accesses.push(access);
      return Promise.resolve(STATUS_BAD_NETWORK_PATH);
    },
  });
  const path = `\\\\winipc-no-computer\\pipe\\${uniqueName()}`;
  for (const access of ["read-write", "read", "write"] as const) {
    await assertRejects(
      () => connectPipe(path, { access }),
      Deno.errors.NotFound,
      "ERROR_BAD_NETPATH",
    );
  }
  const common = SYNCHRONIZE + FILE_READ_ATTRIBUTES;
  assertEquals(accesses, [
    GENERIC_READ + GENERIC_WRITE + common,
    GENERIC_READ + FILE_WRITE_ATTRIBUTES + common,
    GENERIC_WRITE + common,
  ]);
});

Deno.test("connectPipe() opens no file by the name of a pipe", async () => {
  const file = await Deno.makeTempFile();
  await Deno.writeTextFile(file, "content");
  const slashes = file.replaceAll("\\", "/");
  const names = [`..\\${file}`, `../${slashes}`, `\\\\?\\pipe\\..\\${file}`];
  for (const name of names) {
    await assertRejects(
      () => connectPipe(name, { mode: "byte" }),
      TypeError,
      "Invalid pipe name",
    );
  }
  assertEquals(await Deno.readTextFile(file), "content");
  await Deno.remove(file);
});
