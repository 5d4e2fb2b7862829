// npx bitbybit-mock exec -- node --test
import assert from 'node:assert/strict';
import test from 'node:test';

// The code that is tested, with fetch alone. The variables are those that exec sets.
async function createCustomer(customer) {
  const response = await fetch(`${process.env.BITBYBIT_BASE_URL}/customers`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'x-api-key': process.env.BITBYBIT_API_KEY },
    body: JSON.stringify(customer),
  });
  const { data, error } = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${error.code}: ${error.message}`);
  return data;
}

test('passes', async () => {
  const customer = await createCustomer({ email: 'siti.rahma@example.com', tags: ['vip'] });
  assert.deepEqual(customer.tags, ['vip']);
});

test('fails, until the email is one', async () => {
  await createCustomer({ email: 'siti.rahma' });
});
