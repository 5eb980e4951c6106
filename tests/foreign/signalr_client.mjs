// Microsoft's own SignalR client, told what to do in lines of JSON and telling what happens.
//
// Arguments: the hub's address; the transport (WebSockets, ServerSentEvents or LongPolling); an
// access token or nothing; options, among "skip-negotiation".
import { createRequire } from "node:module";
import { createInterface } from "node:readline";

// As a CommonJS module: only then does it look for `ws` and `eventsource` by itself.
const signalR = createRequire(import.meta.url)("@microsoft/signalr");

const [url, transport, token, ...options] = process.argv.slice(2);
const tell = (what) => process.stdout.write(`${JSON.stringify(what)}\n`);

const settings = { transport: signalR.HttpTransportType[transport] };
if (token) {
  settings.accessTokenFactory = () => token;
}
if (options.includes("skip-negotiation")) {
  settings.skipNegotiation = true;
}
const connection = new signalR.HubConnectionBuilder()
  .withUrl(url, settings)
  .withAutomaticReconnect([0, 100, 200, 400])
  .configureLogging(signalR.LogLevel.None)
  .build();
// As long as the hub waits for this client. A hub that is silent for so long is taken for dead.
connection.serverTimeoutInMilliseconds = 2000;
connection.keepAliveIntervalInMilliseconds = 200;

connection.on("RecordingStateChangedEvent", (...received) => tell({ event: received }));
connection.onreconnecting(() => tell({ is: "reconnecting" }));
connection.onreconnected(() => tell({ is: "reconnected" }));
connection.onclose((error) => tell({ is: "closed", error: error ? String(error) : null }));

const commands = {
  async start() {
    await connection.start();
    tell({ is: "started", state: connection.state });
  },
  async invoke({ method, with: given }) {
    tell({ result: (await connection.invoke(method, ...given)) ?? null });
  },
  async send({ method, with: given }) {
    await connection.send(method, ...given);
    tell({ is: "sent" });
  },
  async state() {
    tell({ is: connection.state });
  },
  async stop() {
    await connection.stop();
    tell({ is: "stopped" });
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const command = JSON.parse(line);
  try {
    await commands[command.do](command);
  } catch (error) {
    tell({ failed: String(error) });
  }
}
await connection.stop();
