import { expect } from 'vitest';

import { createCustomer } from './customers';
import { test } from './proxy';

test('creates a customer', async ({ api }) => {
  expect(await createCustomer(api, { email: 'siti.rahma@example.com' })).toHaveProperty('id');
});

test('creates a customer with an address', async ({ api }) => {
  const customer = await createCustomer(api, { phoneNumber: '+628123456789', addresses: [{ address1: 'Jl. Sudirman No. 1' }] });
  expect(customer.addresses).toHaveLength(1);
});
