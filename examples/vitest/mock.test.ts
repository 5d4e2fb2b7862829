import { expect } from 'vitest';

import { createCustomer } from './customers';
import { test } from './mock';

test('creates a customer', async ({ api }) => {
  const customer = await createCustomer(api, { email: 'siti.rahma@example.com', tags: ['vip'] });
  expect(customer).toMatchObject({ email: 'siti.rahma@example.com', tags: ['vip'] });
});

test('says what the vendor refused', async ({ api }) => {
  await expect(createCustomer(api, { email: 'rate-limit-exceeded@mock.test' })).rejects.toThrow('429 RATE_LIMIT_EXCEEDED');
});
