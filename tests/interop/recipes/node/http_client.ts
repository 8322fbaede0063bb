// Node's HTTP client on a pipe: http_client.ts PATH
import { Agent, request } from "node:http";
import process from "node:process";

const agent = new Agent({ keepAlive: true });

for (
  const [method, path, body] of [["GET", "/hello", ""], ["POST", "/a", "中文"]]
) {
  const answer = await new Promise<string>((resolve, reject) => {
    const asked = request(
      { socketPath: process.argv[2], agent, method, path },
      (response) => {
        let text = "";
        response.setEncoding("utf8").on("data", (part) => text += part);
        response.on("end", () => resolve(`${response.statusCode} ${text}`));
      },
    ).on("error", reject);
    asked.end(body);
  });
  process.stdout.write(`${answer}\n`);
}
agent.destroy();
