import { expect } from '@playwright/test';

import { test } from './proxy';

test.use({ extraHTTPHeaders: { 'x-api-key': process.env.BITBYBIT_API_KEY! } });

test('sends what the contract forbids', async ({ request }) => {
  const response = await request.post('customers', { data: { email: 'plain' } });
  expect(response.status()).toBe(400);
});

test('sends what is right', async ({ request }) => {
  await request.post('customers', { data: { email: 'siti@example.com' } });
});

test('is answered wrongly', async ({ request }) => {
  await request.post('customers', { data: { email: 'broken@example.com' } });
});
