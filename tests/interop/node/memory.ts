// Reads a text of shared memory and writes another: memory.ts NAME.
import process from "node:process";
import { mapSection } from "./kernel.ts";

const bytes = new Uint8Array(mapSection(process.argv[2]!, 4096));
process.stdout.write(`${new TextDecoder().decode(bytes.subarray(0, 14))}\n`);
bytes.set(new TextEncoder().encode("written by Node"), 100);
process.stdout.write("done\n");
