import { expect } from '@playwright/test';
import { test } from 'bitbybit-mock/playwright';

test('has a key of its own', async ({ api, mock, request }) => {
  const response = await request.post(`${api.baseURL}/customers`, { headers: { 'x-api-key': api.key }, data: { email: 'siti.rahma@example.com' } });
  expect(response.status()).toBe(201);
  expect(await api.customers()).toHaveLength(1);
  expect(await mock.tenant().customers()).toHaveLength(0);
});
