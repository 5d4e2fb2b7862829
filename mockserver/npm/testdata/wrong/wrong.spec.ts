import { test } from 'bitbybit-mock/playwright';

import { create } from './customers';

test('sends what the contract forbids', async ({ api }) => {
  await create(api, { email: 'plain' });
});
