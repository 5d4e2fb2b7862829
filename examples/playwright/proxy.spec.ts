import { expect } from '@playwright/test';

import { test } from './proxy';

test.use({ extraHTTPHeaders: { 'x-api-key': process.env.BITBYBIT_API_KEY! } });

test('creates a customer', async ({ request }) => {
  const response = await request.post('customers', { data: { email: 'siti.rahma@example.com' } });
  expect(response.status()).toBe(201);
});

test('creates a customer with an address', async ({ request }) => {
  const response = await request.post('customers', { data: { phoneNumber: '+628123456789', addresses: [{ address1: 'Jl. Sudirman No. 1' }] } });
  expect((await response.json()).data.addresses).toHaveLength(1);
});
