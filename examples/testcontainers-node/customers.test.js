import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { after, before, test } from 'node:test';
import { GenericContainer, Wait } from 'testcontainers';

import { createCustomer } from './customers.js';

let mock;
let root;

before(async () => {
  mock = await new GenericContainer(process.env.BITBYBIT_MOCK_IMAGE ?? 'ghcr.io/bitbybit-go/bitbybit-mock:0.1.0')
    .withExposedPorts(4010)
    .withWaitStrategy(Wait.forHttp('/_mock/health', 4010))
    .start();
  root = `http://${mock.getHost()}:${mock.getMappedPort(4010)}`;
});
after(() => mock?.stop());

// Each test has a key of its own, so that tests which run at the same time share one container.
const api = () => ({ url: `${root}/customer/open/v1`, key: `bbb_test_${randomUUID()}` });

test('creates a customer', async () => {
  const customer = await createCustomer(api(), { email: 'siti.rahma@example.com' });
  assert.equal(customer.email, 'siti.rahma@example.com');
});

test('says that the vendor is unavailable', async () => {
  const mine = api();
  const fault = { status: 503, times: 1 };
  await fetch(`${root}/_mock/faults?key=${mine.key}`, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify(fault) });
  await assert.rejects(createCustomer(mine, { email: 'siti.rahma@example.com' }), /503 SERVICE_UNAVAILABLE/);
});
