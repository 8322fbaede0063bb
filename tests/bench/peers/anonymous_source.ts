// Writes to stdout. Arguments: bytes of a chunk, chunks.
const [size, count] = Deno.args.map(Number) as [number, number];
const chunk = new Uint8Array(size).fill(7);
const number = new DataView(chunk.buffer);
for (let i = 0; i < count; i++) {
  number.setUint32(0, i);
  for (let at = 0; at < size;) at += Deno.stdout.writeSync(chunk.subarray(at));
}
