import { expect } from '@playwright/test';

import { test } from './mock';

test('creates a customer', async ({ request, apiKey }) => {
  const response = await request.post('customers', { headers: { 'x-api-key': apiKey }, data: { email: 'siti.rahma@example.com' } });
  expect(response.status()).toBe(201);
  expect((await response.json()).data).toMatchObject({ email: 'siti.rahma@example.com' });
});

test('says what the vendor refused', async ({ request, apiKey }) => {
  const response = await request.post('customers', { headers: { 'x-api-key': apiKey }, data: { email: 'rate-limit-exceeded@mock.test' } });
  expect(response.status()).toBe(429);
});
