// The CometD project's own server, behind a small stand-in for Genesys Web Services: one agent,
// a cookie, a CSRF token, calls that obey PauseCallRecording and ResumeCallRecording.
//
// node cometd_server.mjs <user> <password>
//
// Prints {"port"} once it listens, then {"subscribed"} for each subscription. Takes orders, one
// JSON object a line, and answers each with {"done"}:
//   {"do": "start" | "end", "call"}     a call begins, or is over
//   {"do": "set", "call", "recorder"}   somebody else changes a recorder
//   {"do": "fail", "call"}              an error comes late
//   {"do": "restart"}                   the CometD server has forgotten everybody
//   {"do": "disconnect"}                the CometD server says good-bye to everybody
//   {"do": "deny"}                      nobody may subscribe any more

import { randomUUID } from 'node:crypto';
import http from 'node:http';
import readline from 'node:readline';

import cometd from 'cometd-nodejs-server';

const CHANNEL = '/v2/me/calls';
const CSRF = { header: 'X-CSRF-TOKEN', token: randomUUID() };
const COOKIE = `JSESSIONID=${randomUUID()}`;
const RECORDED = {
  Recording: { attached: 'ON', offers: ['PauseCallRecording', 'StopCallRecording'] },
  Paused: { attached: 'PAUSED', offers: ['ResumeCallRecording', 'StopCallRecording'] },
};

const [user, password] = process.argv.slice(2);
const basic = `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}`;
const calls = new Map();
let bayeux;

function print(object) {
  process.stdout.write(`${JSON.stringify(object)}\n`);
}

function startBayeux() {
  // Held no longer than this, so that a client finds out soon that it has been forgotten.
  bayeux = cometd.createCometDServer({ timeout: 1000 });
  bayeux.addListener('subscribed', (channel) => print({ subscribed: channel.name }));
}

function publish(data) {
  bayeux.createServerChannel(CHANNEL).publish(null, data);
}

function described(id, call) {
  const { attached, offers } = RECORDED[call.recorder];
  return {
    id,
    state: call.state,
    uri: `http://127.0.0.1/api/v2/me/calls/${id}`,
    participants: [{ digits: '5000' }],
    capabilities: ['Hold', 'Hangup', ...offers],
    userData: { GSIP_RECORD: attached },
    recordingState: call.recorder,
  };
}

function tell(id, notificationType) {
  publish({
    messageType: 'CallStateChangeMessage',
    notificationType,
    call: described(id, calls.get(id)),
    phoneNumber: '5001',
  });
}

function record(id, recorder) {
  calls.get(id).recorder = recorder;
  tell(id, 'CallRecordingStateChange');
}

function reply(response, status, body) {
  response.writeHead(status, { 'Content-Type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function text(request) {
  const pieces = [];
  for await (const piece of request) {
    pieces.push(piece);
  }
  return Buffer.concat(pieces).toString();
}

/** Whether the request is from somebody who may ask. If not, it has been answered. */
function mayAsk(request, response) {
  if (request.headers.authorization !== basic) {
    reply(response, 401, { statusCode: 20, statusMessage: 'Not authenticated.' });
    return false;
  }
  const origin = `http://${request.headers.host}`;
  const cookies = (request.headers.cookie ?? '').split('; ');
  const token = request.headers[CSRF.header.toLowerCase()];
  if (request.headers.origin !== origin) {
    reply(response, 403, { statusCode: 3, statusMessage: 'No Origin.' });
    return false;
  }
  if (request.method !== 'GET' && !(cookies.includes(COOKIE) && token === CSRF.token)) {
    response.writeHead(403);
    response.end('Missing or invalid Csrf token');
    return false;
  }
  return true;
}

async function command(request, response, id) {
  const { operationName } = JSON.parse(await text(request));
  const next = {
    PauseCallRecording: ['Recording', 'Paused'],
    ResumeCallRecording: ['Paused', 'Recording'],
  }[operationName];
  if (!next || calls.get(id).recorder !== next[0]) {
    reply(response, 400, { statusCode: 2, statusMessage: 'Not valid for the current state.' });
    return;
  }
  reply(response, 200, { statusCode: 0 });
  setTimeout(() => record(id, next[1]), 50);
}

async function answer(request, response) {
  const path = new URL(request.url, 'http://127.0.0.1').pathname;
  if (!mayAsk(request, response)) {
    return;
  }
  const id = path.match(/^\/api\/v2\/me\/calls\/([^/]+)$/)?.[1];
  if (path === '/api/v2/notifications') {
    bayeux.handle(request, response);
  } else if (path === '/api/v2/me') {
    response.setHeader('Set-Cookie', `${COOKIE}; Path=/; HttpOnly`);
    response.setHeader('X-CSRF-HEADER', CSRF.header);
    response.setHeader('X-CSRF-TOKEN', CSRF.token);
    reply(response, 200, { statusCode: 0, user: { userName: user } });
  } else if (path === '/api/v2/me/calls') {
    const all = [...calls].map(([key, call]) => described(key, call));
    reply(response, 200, { statusCode: 0, calls: all });
  } else if (!calls.has(id)) {
    reply(response, 404, { statusCode: 6, statusMessage: 'Not found.' });
  } else if (request.method === 'POST') {
    await command(request, response, id);
  } else {
    reply(response, 200, { statusCode: 0, call: described(id, calls.get(id)) });
  }
}

const orders = {
  start: ({ call }) => {
    calls.set(call, { state: 'Established', recorder: 'Recording' });
    tell(call, 'StatusChange');
  },
  end: ({ call }) => {
    calls.get(call).state = 'Released';
    tell(call, 'StatusChange');
    calls.delete(call);
  },
  set: ({ call, recorder }) => record(call, recorder),
  fail: ({ call }) =>
    publish({ messageType: 'ErrorMessage', errorCode: 2, errorMessage: 'no', callId: call }),
  restart: () => {
    bayeux.close();
    startBayeux();
  },
  disconnect: () => {
    const everybody = bayeux.createServerChannel(CHANNEL).subscribers;
    everybody.forEach((session) => session.disconnect());
  },
  deny: () => {
    bayeux.policy = {
      canSubscribe: (session, message, channel, callback) => callback(undefined, false),
    };
  },
};

startBayeux();
const server = http.createServer((request, response) => {
  answer(request, response).catch((error) => {
    console.error(error);
    process.exitCode = 1;
    response.destroy();
  });
});
server.listen(0, '127.0.0.1', () => print({ port: server.address().port }));
for await (const line of readline.createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  orders[order.do](order);
  print({ done: order.do });
}
bayeux.close();
server.close();
server.closeAllConnections();
