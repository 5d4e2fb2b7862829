import { expect } from '@playwright/test';

import { test } from './mock';

test('sends what the contract forbids', async ({ request, apiKey }) => {
  const response = await request.post('customers', { headers: { 'x-api-key': apiKey }, data: { email: 'plain' } });
  expect(response.status()).toBe(400);
});

test('sends what is right', async ({ request, apiKey }) => {
  await request.post('customers', { headers: { 'x-api-key': apiKey }, data: { email: 'siti@example.com' } });
});
