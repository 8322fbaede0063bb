// node-ipc on a pipe, which it names after the text: node_ipc.ts connect|serve NAME
import { args, load, say, stay } from "./packages.ts";

const ipc = load("node-ipc");
const [role, name] = args;
Object.assign(ipc.config, { silent: true, retry: 100, maxRetries: 0 });

if (role === "connect") {
  ipc.connectTo("there", `/${name}`, () => {
    const there = ipc.of.there;
    there.on("connect", () => there.emit("hello", { text: "ünï 中文" }));
    there.on("answer", (data: unknown) => say(JSON.stringify(data)));
    there.on("disconnect", () => say("disconnected"));
  });
} else {
  ipc.serve(`/${name}`, () => say("ready"));
  ipc.server.on("hello", (data: unknown, socket: unknown) => {
    ipc.server.emit(socket, "answer", data);
  });
  ipc.server.on("socket.disconnected", () => say("disconnected"));
  ipc.server.start();
}
stay();
