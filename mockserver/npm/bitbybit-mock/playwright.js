import { test as base } from '@playwright/test';

import { start } from './index.js';

export const test = base.extend({
  mock: [
    async ({}, use) => {
      const mock = await start();
      await use(mock);
      await mock.stop();
    },
    { scope: 'worker' },
  ],
  api: async ({ mock }, use) => {
    const api = mock.tenant();
    await use(api);
    await api.check();
  },
});
