import { expect } from 'vitest';

import { createCustomer } from './customers';
import { test } from './proxy';

test('sends what the contract forbids', async ({ api }) => {
  await expect(createCustomer(api, { email: 'plain' })).rejects.toThrow('VALIDATION_ERROR');
});

test('sends what is right', async ({ api }) => {
  await createCustomer(api, { email: 'siti@example.com' });
});

test('is answered wrongly', async ({ api }) => {
  await createCustomer(api, { email: 'broken@example.com' });
});
