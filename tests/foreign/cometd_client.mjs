// The CometD project's own client: listens to a server and tells what it hears, in lines of JSON.
//
// node cometd_client.mjs URL long-polling|websocket AUTHORIZATION CHANNEL
// Says {handshake}, {connect}, {subscribe} with the reply's outcome, {event} with its data, and
// {disconnect}. Hears {"do": "disconnect"}.

import { createInterface } from "node:readline";
import { CometD } from "cometd";
import { adapt } from "cometd-nodejs-client";

const [url, transport, authorization, channel] = process.argv.slice(2);
const say = (message) => process.stdout.write(`${JSON.stringify(message)}\n`);

adapt();
// A browser cannot send headers with a WebSocket and needs the session's cookie; this can.
const WebSocket = window.WebSocket;
window.WebSocket = class extends WebSocket {
    constructor(address, protocol) {
        super(address, protocol, { headers: { Authorization: authorization } });
    }
};

const cometd = new CometD();
for (const type of cometd.getTransportTypes()) {
    if (type !== transport) {
        cometd.unregisterTransport(type);
    }
}
cometd.configure({
    url,
    requestHeaders: { Authorization: authorization },
    logLevel: "warn",
    backoffIncrement: 100,
    maxNetworkDelay: 5000,
});
const outcome = ({ successful, error }) => (error ? { successful, error } : { successful });
cometd.addListener("/meta/handshake", (reply) => {
    say({ handshake: outcome(reply), over: cometd.getTransport()?.type });
    // A subscription is the server's, and gone with it.
    if (reply.successful) {
        cometd.subscribe(channel, ({ data }) => say({ event: data }), (reply) => {
            say({ subscribe: outcome(reply) });
        });
    }
});
cometd.addListener("/meta/connect", (reply) => say({ connect: outcome(reply) }));
cometd.handshake();

createInterface({ input: process.stdin }).on("line", (line) => {
    if (JSON.parse(line).do === "disconnect") {
        cometd.disconnect((reply) => {
            say({ disconnect: outcome(reply) });
            process.exit(0);
        });
    }
});
