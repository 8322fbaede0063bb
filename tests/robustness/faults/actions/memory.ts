/** What goes wrong at the other side of rings, memory, files and sync objects. */

import { kernel32 } from "../../../../lib/win32/kernel32.ts";
import { toUtf16 } from "../../../../lib/win32/utf16.ts";
import { type FileMapping, mapFile } from "../../../../lib/file_mapping/mod.ts";
import {
  createRing,
  openRing,
  type RingEnd,
  type RingProducer,
} from "../../../../lib/ring/mod.ts";
import {
  createSharedMemory,
  openSharedMemory,
  type SharedMemory,
} from "../../../../lib/shared_memory/mod.ts";
import {
  createEvent,
  createMutex,
  openEvent,
  openSemaphore,
  waitFor,
} from "../../../../lib/sync/mod.ts";
import { bytes } from "../../../support/names.ts";
import { type Action, keep, kept, LOOPS } from "./held.ts";

const GENERIC_READ = 0x8000_0000;
const OPEN_EXISTING = 3;

/** By their names. */
export const MEMORY: Readonly<Record<string, Action>> = {
  async "ring consume"(name) {
    keep(name, await openRing(name));
  },
  async "ring produce"(name) {
    keep(name, await openRing(name, { role: "producer" }));
  },
  "ring write": (name) => producer(name).write(bytes("whole")),
  async "ring create"(name) {
    const ring = keep(name, createRing(name, { capacity: 1000 }));
    await ring.write(bytes("whole"));
  },
  "ring loop"(name) {
    for (let i = 0; i < LOOPS; i++) {
      createRing(name, { capacity: 1000 }).close();
    }
  },
  async "ring intrude"(name) {
    let refused = 0;
    for (let i = 0; i < LOOPS; i++) {
      await openRing(name, { role: "producer" }).catch(() => refused++);
    }
    return `${refused} times refused`;
  },
  "ring close": (name) => kept<RingEnd>(name).close(),
  "ring scribble"(name) {
    using memory = openSharedMemory(name);
    memory.write(new Uint8Array(600).fill(0xee), 512);
  },
  "ring half"(name) {
    // A message of which only the length is there, and the head that tells of it.
    using memory = openSharedMemory(name);
    memory.write(new Uint8Array(new Uint32Array([0xffff_fff0]).buffer), 512);
    memory.write(new Uint8Array(new Uint32Array([16]).buffer), 64);
  },

  "memory create": (name) => void memory(name).write(bytes("whole")),
  "memory loop"(name) {
    for (let i = 0; i < LOOPS; i++) {
      using own = openSharedMemory(name);
      own.write(new Uint8Array([i]));
    }
  },

  // Files are named by their paths: Windows keeps what is mapped, Wine lets it go.
  async "file shorten"(path) {
    await Deno.truncate(path, 3).catch(() => {});
  },
  "file remove": (path) => Deno.remove(path).catch(() => {}),
  "file take"(path) {
    const alone = 0;
    const { CreateFileW } = kernel32().call;
    CreateFileW(toUtf16(path), GENERIC_READ, alone, 0n, OPEN_EXISTING, 0, 0n);
  },
  "file write": (path) => fileAt(path).write(bytes("whole")),
  "file loop"(path) {
    for (let i = 0; i < LOOPS; i++) {
      using mapping = mapFile(path, { access: "read-write" });
      mapping.write(new Uint8Array([i]));
    }
  },

  "mutex lock"(name) {
    keep(`${name}.lock`, keep(name, createMutex(name)).tryLock());
  },
  "event create": (name) => void keep(name, createEvent(name)),
  "event set": (name) => openEvent(name).set(),
  "semaphore take": (name) => waitFor(openSemaphore(name)),
  "event loop"(name) {
    for (let i = 0; i < LOOPS; i++) createEvent(name).close();
  },
};

function producer(name: string): RingProducer {
  return kept(name);
}

function memory(name: string): SharedMemory {
  return keep(name, createSharedMemory(name, { size: 4096 }));
}

function fileAt(path: string): FileMapping {
  return keep(path, mapFile(path, { access: "read-write" }));
}
