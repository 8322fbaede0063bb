// What mpv's manual says of its IPC, as far as examples/recipes/mpv.ts goes:
// mpv.ts PATH
import { createServer } from "node:net";
import process from "node:process";
import { createInterface } from "node:readline";

createServer((socket) => {
  const say = (value: unknown) => socket.write(`${JSON.stringify(value)}\n`);
  const properties: Record<string, unknown> = { "mpv-version": "mpv 0.40.0" };
  say({ event: "idle" });
  createInterface({ input: socket }).on("line", (line: string) => {
    const { command: [name, property, value], request_id } = JSON.parse(line);
    if (name === "set_property") properties[property] = value;
    const data = name === "get_property" ? properties[property] : null;
    const error = name === "set_property" || data !== undefined
      ? "success"
      : "property unavailable";
    say({ data, request_id, error });
  });
}).listen(process.argv[2], () => process.stdout.write("ready\n"));
process.stdin.resume().on("end", () => process.exit());
