// Shortens a file to 3 bytes, and tries again when it is told to: shorten.ts PATH.
import { truncateSync } from "node:fs";
import process from "node:process";

const path = process.argv[2]!;

function shortened(): string {
  try {
    truncateSync(path, 3);
    return "done";
  } catch {
    return "refused";
  }
}

process.stdout.write(`${shortened()}\n`);
process.stdin.once("data", () => {
  process.stdout.write(`${shortened()}\n`);
  process.stdin.destroy();
});
