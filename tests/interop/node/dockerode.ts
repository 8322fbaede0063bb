// dockerode, the client of Docker for Node: dockerode.ts PATH
import { once } from "node:events";
import { args, load, say } from "./packages.ts";

const Docker = load("dockerode");
const docker = new Docker({ socketPath: args[0] });

say((await docker.version()).Version);
const containers = await docker.listContainers({ all: true });
for (const { Names, State } of containers) say(`${Names} ${State}`);

// A stream without an end, which it leaves.
const events = await docker.getEvents();
say(String((await once(events, "data"))[0]).trim());
events.destroy();

// The connection is a terminal's from here on; of the second, whose request has
// a body, the engine ends it.
const container = docker.getContainer("web");
const terminal = await container.attach({
  stream: true,
  stdin: true,
  stdout: true,
  hijack: true,
});
terminal.setEncoding("utf8").write("echo ünï 中文\n");
say((await once(terminal, "data"))[0].trim());
terminal.end();
await once(terminal, "close");
say("closed");
const exec = await container.exec({ Cmd: ["sh"], AttachStdin: true });
const shell = await exec.start({ hijack: true, stdin: true });
shell.setEncoding("utf8").write("exit\n");
say((await once(shell, "data"))[0].trim());
await once(shell, "close");
say("closed");
