// node-vault, unmodified, with a clock that the test holds on both sides: sinon's fake timers in
// the client, an advance of the same length in the server.
"use strict";

const assert = require("node:assert");
const { spawn } = require("node:child_process");
const { once } = require("node:events");
const { createInterface } = require("node:readline");
const test = require("node:test");
const sinon = require("sinon");
const nodeVault = require("node-vault");

async function serve() {
  const process_ = spawn(process.env.LAPSE,
    ["serve", "--listen", "127.0.0.1:0", "--clock", "frozen", "--root-token", "root"]);
  const [line] = await once(createInterface(process_.stdout), "line");
  return { process: process_, address: line.replace("listening on ", "") };
}

async function advance(address, by) {
  const reply = await fetch(`${address}/lapse/clock/advance`,
    { method: "POST", body: JSON.stringify({ by }) });
  assert.strictEqual(reply.status, 200);
}

test("a token that is renewed every 40 minutes lives to its maximum of 32 days", async () => {
  const { process: server, address } = await serve();
  const root = nodeVault({ endpoint: address, token: "root" });
  const made = await root.tokenCreate({ ttl: "1h" });
  const vault = nodeVault({ endpoint: address, token: made.auth.client_token });
  const clock = sinon.useFakeTimers({ toFake: ["setInterval", "clearInterval"] });
  let due = false;
  let renewals = 0;
  setInterval(() => { due = true; }, 40 * 60 * 1000);
  let error = null;
  while (error === null) {
    await advance(address, "40m");
    clock.tick(40 * 60 * 1000);
    assert.ok(due);
    due = false;
    try {
      await vault.tokenRenewSelf();
      renewals += 1;
    } catch (e) {
      error = e;
    }
  }
  clock.restore();
  // At its maximum nothing is left to grant, and after it the token is unknown.
  assert.ok([400, 403, 500].includes(error.response.statusCode), error.message);
  // 768h / 40m, without the one at its maximum.
  assert.strictEqual(renewals, 1151);
  server.kill("SIGTERM");
  const [status] = await once(server, "exit");
  assert.strictEqual(status, 0);
});
