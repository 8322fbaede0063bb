/** A leak on purpose, by which one sees that a soak finds it. */

/** How many bytes each operation keeps: `1024` as objects, `1024 native` outside V8. */
export const LEAK = "WINIPC_TEST_SOAK_LEAK";

const HEAP_ZERO_MEMORY = 8;

/** The function returned keeps what `LEAK` says, each time. */
export function leak(): () => void {
  const [size, kind] = (Deno.env.get(LEAK) ?? "0").split(" ");
  const bytes = Number(size);
  if (bytes === 0) return () => {};
  if (kind !== "native") {
    const kept: Uint8Array[] = [];
    return () => void kept.push(new Uint8Array(bytes).fill(1));
  }
  const { GetProcessHeap, HeapAlloc } = Deno.dlopen("kernel32.dll", {
    GetProcessHeap: { parameters: [], result: "usize" },
    HeapAlloc: { parameters: ["usize", "u32", "usize"], result: "usize" },
  }).symbols;
  const heap = GetProcessHeap();
  return () => void HeapAlloc(heap, HEAP_ZERO_MEMORY, BigInt(bytes));
}
