// A server in another process: server.ts SERVICE PID. Says what happens in
// conversations with the process PID: another test may search all servers meanwhile.
// Publishes what it is told: ITEM=TEXT, or says how many handles it has at rest.
// The second topic is named after the service, so that no other server has it.
import { serveDde } from "../../../lib/dde/mod.ts";
import { readLine, say } from "../../support/peer_side.ts";
import { ownHandles } from "../../support/handles.ts";

const [service, client] = Deno.args as [string, string];
const never = Promise.withResolvers<string>().promise;
const last = Promise.withResolvers<boolean>();

const server = serveDde(service, {
  help: "Ask for greeting.",
  answerTimeout: 60_000,
  topics: {
    first: {
      items: {
        greeting: { value: "ünï 中文 😀", poke: true },
        fixed: "fixed",
        bytes: { value: { "winipc test": new Uint8Array([0, 1, 0, 255]) } },
        eager: { value: "before" },
        ansi: { value: { CF_TEXT: new TextEncoder().encode("before\0") } },
        quiet: { value: "quiet", advise: false },
        busy: {
          request: () => {
            throw new Deno.errors.Busy("busy");
          },
        },
        silent: {
          request: () => {
            say("silent");
            return never;
          },
        },
        last: { request: () => Deno.exit(9) },
        broken: {
          request: () => {
            throw new Error("broken on purpose");
          },
        },
      },
      request: ({ item, format }) =>
        item.startsWith("any") ? `${item} ${format}` : undefined,
      execute({ command }) {
        say(`execute ${command}`);
        return command === "last" ? last.promise : command !== "no";
      },
    },
    [`${service}.second`]: {},
  },
  onConnect: ({ topic, pid }) => report("+", topic, pid),
  onAdvise(_client, item) {
    if (item === "eager") server.publish("first", "eager", "at once");
    else say(`watched ${item}`);
  },
  onDisconnect: ({ topic, pid }) => report("-", topic, pid),
  onError: (error) => say(`error ${(error as Error).message}`),
});
say("ready");
const handles = ownHandles();
for (let line; (line = await readLine()) !== undefined;) {
  if (line === "handles") {
    say(await handles());
    continue;
  }
  if (line === "answer and end") {
    last.resolve(true);
    // The answer is on its way before the end.
    await new Promise((resolve) => setTimeout(resolve));
    await server[Symbol.asyncDispose]();
    break;
  }
  const [item = "", text] = line.split("=");
  say(server.publish("first", item, text));
}

function report(what: string, topic: string, pid: number): void {
  if (pid === Number(client)) say(`${what} ${topic} ${pid}`);
}
