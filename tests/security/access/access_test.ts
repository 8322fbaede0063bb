/**
 * Names that others have taken before, or try to take after. Where Wine is laxer
 * than Windows, which is said, the flags that were passed are looked at instead.
 */

import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  connectPipe,
  createAnonymousPipe,
  createEvent,
  createMailslot,
  createMutex,
  createRing,
  createSemaphore,
  createSharedMemory,
  listenPipe,
  openEvent,
  openRing,
  openSharedMemory,
  trace,
  type TraceRecord,
} from "../../../mod.ts";
import { bytes, uniqueName } from "../../support/names.ts";
import "../../support/native.ts";
import { type Peer, startScript } from "../../support/peer.ts";
import { assertNoHandlesLeft } from "../../support/handles.ts";
import { UNDER_WINE } from "../../support/system.ts";
import { WINDOWS_RULES } from "../../support/windows_rules.ts";

const {
  AddrInUse,
  AlreadyExists,
  Busy,
  PermissionDenied,
} = Deno.errors;
const NOBODY = "D:";
const READERS = "D:(A;;GR;;;WD)";
const FIRST_PIPE_INSTANCE = 0x8_0000;
const REJECT_REMOTE_CLIENTS = 8;
const SQOS_IDENTIFICATION = 0x11_0000;
const SQOS_MASK = 0x1f_0000;

function attacker(): Peer {
  return startScript(new URL("./attacker.ts", import.meta.url));
}

async function does(peer: Peer, what: string, more: object): Promise<string> {
  await peer.send(JSON.stringify({ do: what, ...more }));
  return await peer.line();
}

/** The arguments of the calls of `name` that `work` makes. */
async function callsOf(
  name: string,
  work: () => unknown,
): Promise<TraceRecord["args"][]> {
  const calls: TraceRecord["args"][] = [];
  using _trace = trace({
    sink: (record) => {
      if (record.name === name) calls.push(record.args);
    },
  });
  await work();
  return calls;
}

Deno.test("what another program has taken before is refused, or reported", async (t) => {
  await using peer = attacker();

  await t.step("a pipe's name, by a squatter", async () => {
    const name = uniqueName();
    assertEquals(await does(peer, "pipe", { name }), "done");
    assertThrows(() => listenPipe(name), AddrInUse, "the name is taken");
  });

  await t.step("a pipe's name, by a squatter without winipc", async () => {
    const name = uniqueName();
    assertEquals(await does(peer, "pipe instance", { name }), "done");
    assertThrows(() => listenPipe(name), AddrInUse, "the name is taken");
  });

  await t.step("a mailslot's name", async () => {
    const name = uniqueName();
    assertEquals(await does(peer, "mailslot", { name }), "done");
    assertThrows(() => createMailslot(name), AddrInUse);
  });

  const makers = {
    event: createEvent,
    mutex: createMutex,
    semaphore: (name: string, options = {}) =>
      createSemaphore(name, { max: 1, ...options }),
    section: (name: string, options = {}) =>
      createSharedMemory(name, { size: 4096, ...options }),
  };
  for (const [kind, make] of Object.entries(makers)) {
    await t.step(`a name, by ${kind} that lets nobody in`, async () => {
      const name = uniqueName();
      const done = await does(peer, kind, { name, sddl: NOBODY });
      assertEquals(done, "done");
      assertThrows(() => make(name), PermissionDenied);
      // Whoever wants it new is refused in any case.
      const error = assertThrows(() => make(name, { createNew: true }), Error);
      assert(
        error instanceof PermissionDenied || error instanceof AlreadyExists,
      );
    });

    await t.step(`a name, by ${kind} that lets everybody in`, async () => {
      const name = uniqueName();
      await does(peer, kind, { name, sddl: "D:(A;;GA;;;WD)" });
      using object = make(name);
      assertEquals(object.created, false);
      assertThrows(() => make(name, { createNew: true }), AlreadyExists);
    });
  }

  await t.step("a name, by an object of another kind", async () => {
    const name = uniqueName();
    await does(peer, "mutex", { name });
    assertThrows(() => createEvent(name), AlreadyExists, "another kind");
    assertThrows(
      () => createSharedMemory(name, { size: 1 }),
      AlreadyExists,
      "another kind",
    );
    assertThrows(() => openEvent(name), Deno.errors.NotFound);
  });

  await t.step("memory that can only be read", async () => {
    const name = uniqueName();
    await does(peer, "section", { name, sddl: READERS });
    assertThrows(() => openSharedMemory(name), PermissionDenied);
    assertThrows(() => createSharedMemory(name, { size: 9 }), PermissionDenied);
    using memory = openSharedMemory(name, { access: "read" });
    assertEquals(memory.read(0, 1)[0], 0);
  });

  await t.step("memory that is smaller than wanted", async () => {
    const name = uniqueName();
    await does(peer, "section", { name, size: 100 });
    assertThrows(() => createSharedMemory(name, { size: 8192 }), RangeError);
    assertThrows(() => openSharedMemory(name, { size: 8192 }), RangeError);
  });

  await t.step("a ring's memory, and a ring's role", async () => {
    const [name, other] = [uniqueName(), uniqueName()];
    await does(peer, "section", { name });
    assertThrows(() => createRing(name, { capacity: 9 }), AlreadyExists);
    await assertRejects(() => openRing(name), Deno.errors.InvalidData);
    await does(peer, "event", { name: `${other}.producer` });
    await assertNoHandlesLeft(() =>
      assertThrows(() => createRing(other, { capacity: 9 }), Busy)
    );
  });
});

Deno.test("what another program tries afterwards does not get in between", async (t) => {
  await using peer = attacker();

  await t.step("a second listener", async () => {
    using listener = listenPipe(uniqueName());
    const name = listener.name.replace("\\\\.\\pipe\\", "");
    assertEquals(
      await does(peer, "pipe", { name }),
      "AddrInUse ERROR_ACCESS_DENIED",
    );
  });

  await t.step("an instance more, where there may be one only", async () => {
    const name = uniqueName();
    using _listener = listenPipe(name, { maxInstances: 1 });
    assertEquals(
      await does(peer, "pipe instance", { name }),
      "Win32Error ERROR_PIPE_BUSY",
    );
  });

  await t.step("an instance that claims to be the first", async () => {
    const name = uniqueName();
    let listener: Disposable | undefined;
    const calls = await callsOf("CreateNamedPipeW", () => {
      listener = listenPipe(name, { maxInstances: 1 });
    });
    using _listener = listener!;
    assertEquals(
      Number(calls[0]!.dwOpenMode) & FIRST_PIPE_INSTANCE,
      FIRST_PIPE_INSTANCE,
    );
    // A full pipe is told before the flag (ReactOS: npfs,
    // NpCreateExistingNamedPipe), and Wine ignores the flag.
    assertEquals(
      await does(peer, "first pipe instance", { name }),
      "Win32Error ERROR_PIPE_BUSY",
    );
    const other = uniqueName();
    await using _unlimited = listenPipe(other, { backlog: 1 });
    if (UNDER_WINE && !WINDOWS_RULES) return;
    assertEquals(
      await does(peer, "first pipe instance", { name: other }),
      "Win32Error ERROR_ACCESS_DENIED",
    );
  });
});

Deno.test("clients on other computers are rejected, unless they are let in", async () => {
  // Wine reaches no pipe over the network: the flags that were passed say it.
  const flags = await callsOf("CreateNamedPipeW", async () => {
    await using _listener = listenPipe(uniqueName(), { backlog: 2 });
    await using _pipe = createAnonymousPipe();
  });
  assertEquals(flags.length, 3);
  for (const { dwPipeMode } of flags) {
    assertEquals(
      Number(dwPipeMode) & REJECT_REMOTE_CLIENTS,
      REJECT_REMOTE_CLIENTS,
    );
  }
  const [open] = await callsOf("CreateNamedPipeW", async () => {
    await using _listener = listenPipe(uniqueName(), { allowRemote: true });
  });
  assertEquals(Number(open!.dwPipeMode) & REJECT_REMOTE_CLIENTS, 0);
});

Deno.test("an anonymous pipe has one instance, a first one, and a name of chance", async () => {
  const names = new Set<string>();
  const calls = await callsOf("CreateNamedPipeW", async () => {
    for (let i = 0; i < 3; i++) {
      await using _pipe = createAnonymousPipe();
    }
  });
  for (const { lpName, dwOpenMode, nMaxInstances } of calls) {
    names.add((lpName as { text: string }).text);
    assertEquals(Number(dwOpenMode) & FIRST_PIPE_INSTANCE, FIRST_PIPE_INSTANCE);
    assertEquals(nMaxInstances, 1);
  }
  assertEquals(names.size, 3);
});

Deno.test("a server cannot act as its client by default", async () => {
  await using peer = attacker();
  const name = uniqueName();
  assertEquals(await does(peer, "impersonator", { name }), "listening");
  let client: Awaited<ReturnType<typeof connectPipe>> | undefined;
  const [call] = await callsOf("CreateFileW", async () => {
    client = await connectPipe(name);
  });
  await using connection = client!;
  assertEquals(
    Number(call!.dwFlagsAndAttributes) & SQOS_MASK,
    SQOS_IDENTIFICATION,
  );
  await connection.write(bytes("act as me"));
  const outcome = await peer.line();
  // Wine opens the file whatever the level; Windows refuses the impersonated thread.
  if (!UNDER_WINE) assert(!outcome.startsWith("opened"), outcome);
});
