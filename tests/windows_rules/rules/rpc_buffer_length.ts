import {
  assemble,
  type GeneratedFunction,
  value,
} from "../../../lib/rpc/generated_code/assembler.ts";
import { bytesOf, handleOf } from "../native.ts";
import { allocatePages, read, write } from "../rpc_native.ts";
import type { Rule } from "../rule.ts";

/** Where `RPC_MESSAGE` has its `BufferLength`. */
const LENGTH_OFFSET = 24;
const MORE = 8;
const PAGE_EXECUTE_READWRITE = 0x40;

/** I_RpcGetBuffer as generated code calls it: the real one, and then a longer buffer. */
const GET_BUFFER: GeneratedFunction = {
  name: "get_buffer",
  lines: [
    ["push rbx", 0x53],
    ["sub rsp, 32", 0x48, 0x83, 0xec, 0x20],
    ["mov rbx, rcx", 0x48, 0x89, 0xcb],
    ["call [rip + real]", 0xff, 0x15, value("real")],
    ["add dword ptr [rbx + 24], 8", 0x83, 0x43, LENGTH_OFFSET, MORE],
    ["add rsp, 32", 0x48, 0x83, 0xc4, 0x20],
    ["pop rbx", 0x5b],
    ["ret", 0xc3],
  ],
  unwind: [0x01, 0x05, 0x02, 0x00, 0x05, 0x32, 0x01, 0x30],
};

let replaced: bigint | undefined;

export default {
  name: "I_RpcGetBuffer may give a longer buffer, and says so in BufferLength",
  source:
    "wine-mirror/wine dlls/rpcrt4/ndr_clientserver.c: NdrSendReceive sets BufferLength again, as the " +
    "stubs of Microsoft's compiler do, by what was written to the buffer",
  natives: {
    I_RpcGetBuffer: (native, { declaration }) => (message, ...rest) => {
      const lengthen = (status: unknown) => {
        const at = handleOf(message) + BigInt(LENGTH_OFFSET);
        const length = new Uint32Array(read(at, 4).buffer);
        if (status === 0) length[0]! += MORE;
        write(at, new Uint8Array(length.buffer));
        return status;
      };
      const status = native(message, ...rest);
      return declaration.nonblocking
        ? (status as Promise<unknown>).then(lengthen)
        : lengthen(status);
    },
    GetProcAddress: (native) => (module, name) => {
      const address = native(module, name);
      const text = new TextDecoder().decode(bytesOf(name));
      return text === "I_RpcGetBuffer\0"
        ? replaced ??= load(handleOf(address))
        : address;
    },
  },
} satisfies Rule;

function load(real: bigint): bigint {
  const { bytes, entries } = assemble([GET_BUFFER], { real });
  const base = allocatePages(bytes.byteLength, PAGE_EXECUTE_READWRITE);
  write(base, bytes);
  return base + BigInt(entries[0]!);
}
