/** A program with two sections, and one that has no bytes in the file. */
export function program(): Uint8Array {
  const file = new Uint8Array(0x2400);
  const view = new DataView(file.buffer);
  view.setUint32(0x3c, 0x80, true);
  view.setUint32(0x80, 0x4550, true);
  view.setUint16(0x86, 3, true);
  view.setUint16(0x94, 240, true);
  view.setUint32(0x98 + 36, 512, true);
  view.setUint32(0x98 + 60, 0x400, true);
  view.setUint32(0x98 + 144, 0x2300, true);
  const sections = [[0x1000, 0x1200, 0x400], [0x3000, 0, 0], [
    0x4000,
    0x600,
    0x1600,
  ]];
  for (const [i, [memory, size, from]] of sections.entries()) {
    const at = 0x98 + 240 + 40 * i;
    view.setUint8(at, 0x61 + i);
    view.setUint32(at + 12, memory!, true);
    view.setUint32(at + 16, size!, true);
    view.setUint32(at + 20, from!, true);
    file.fill(i + 1, from, from! + size!);
  }
  return file;
}
