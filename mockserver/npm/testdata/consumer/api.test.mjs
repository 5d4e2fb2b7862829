import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import test, { after, before } from 'node:test';

import { connect, start } from 'bitbybit-mock';

let mock;
before(async () => {
  mock = await start({ args: ['--rate-limit', '3'] });
});
after(() => mock.stop());

const create = (api, customer) =>
  fetch(`${api.baseURL}/customers`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'x-api-key': api.key },
    body: JSON.stringify(customer),
  });
const valid = { email: 'siti.rahma@example.com' };

test('keys share nothing', async () => {
  const [one, other] = [mock.tenant(), mock.tenant()];
  await one.addFault({ status: 503, times: 1 });
  assert.equal((await create(other, valid)).status, 201);
  assert.equal((await create(one, valid)).status, 503);
  assert.deepEqual([(await one.customers()).length, (await other.customers()).length], [0, 1]);
  assert.deepEqual((await one.requests()).map((r) => r.status), [503]);
  assert.deepEqual((await other.requests({ status: 503 })).length, 0);
});

test('a key has its own rate limit, and its faults are cleared', async () => {
  const api = mock.tenant();
  await api.addFault({ status: 503 });
  assert.equal((await api.faults()).length, 1);
  await api.clearFaults();
  const statuses = [];
  for (let i = 0; i < 4; i++) statuses.push((await create(api, { email: `a${i}@example.com` })).status);
  assert.deepEqual(statuses, [201, 201, 201, 429]);
  await api.resetRateLimit();
  assert.equal((await create(api, valid)).status, 201);
  await api.reset();
  assert.equal((await api.customers()).length, 0);
});

test('check tells what breaks the contract, of its own key alone', async () => {
  const [right, wrong] = [mock.tenant(), mock.tenant()];
  await create(wrong, { email: 'plain' });
  await right.check();
  await assert.rejects(wrong.check(), /email: must be an email address, got "plain" \[openapi\.yaml:\d+ /);
});

test('webhooks go to the endpoint of the key', async () => {
  const arrived = [];
  const receiver = createServer((request, response) => {
    arrived.push(request.url);
    request.resume().on('end', () => response.end());
  });
  await once(receiver.listen(0, '127.0.0.1'), 'listening');
  const [api, other] = [mock.tenant(), mock.tenant()];
  const { secret } = await api.addWebhook({ url: `http://127.0.0.1:${receiver.address().port}/mine` });
  assert.ok(secret);
  assert.equal((await api.webhooks()).length, 1);
  assert.equal((await other.webhooks()).length, 0);
  await create(other, valid);
  const asked = once(receiver, 'request');
  await create(api, valid);
  await asked;
  assert.deepEqual(arrived, ['/mine']);
  const [delivery] = await api.deliveries();
  const again = once(receiver, 'request');
  await api.redeliver(delivery.id);
  await again;
  receiver.close();
});

test('connect finds a mock by its URL, with and without a path', async () => {
  for (const url of [mock.url, mock.baseURL]) {
    const { baseURL, controlURL } = await connect(url);
    assert.deepEqual({ baseURL, controlURL }, { baseURL: mock.baseURL, controlURL: `${mock.url}/_mock` });
  }
  const key = mock.key();
  await create({ baseURL: mock.baseURL, key }, valid);
  assert.equal((await (await connect(mock.url)).tenant(key).customers()).length, 1);
});

test('connect refuses what is no mock', async () => {
  const other = createServer((_, response) => response.end('{"name":"other"}'));
  await once(other.listen(0, '127.0.0.1'), 'listening');
  const url = `http://127.0.0.1:${other.address().port}`;
  await assert.rejects(connect(url), /expected a mock at .*, got another server/);
  other.close();
  other.closeAllConnections();
  await assert.rejects(connect(url), /expected a mock at /);
  delete process.env.BITBYBIT_BASE_URL;
  await assert.rejects(connect(), /expected the URL of a mock, got none/);
});

test('the control API answers an error with its reason', async () => {
  await assert.rejects(mock.tenant().addFault({ status: 1 }), /POST \/_mock\/faults: 400: .*status/);
});

test('start tells why the program did not start', async () => {
  await assert.rejects(start({ args: ['--nope'] }), /ended with exit code 2: .*not defined: --nope/);
});

test('a mock that was stopped, or whose program was, is gone', async () => {
  const stopped = await start();
  await stopped.stop();
  await assert.rejects(connect(stopped.url), /expected a mock at /);
  for (const end of ['', 'process.kill(process.pid, "SIGKILL")']) {
    const script = `import { start } from 'bitbybit-mock'; console.log((await start()).url); ${end}`;
    const child = spawn(process.execPath, ['--input-type=module', '--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    let url = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (url += text));
    await once(child, 'close');
    assert.match(url, /^http:/);
    for (;;) {
      if (await connect(url.trim()).then(() => false, () => true)) break; // the test's own limit of time ends it
    }
  }
});
