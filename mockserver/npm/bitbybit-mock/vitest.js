import { inject, test as base } from 'vitest';

import { connect, start } from './index.js';

export const test = base.extend({
  mock: [
    async ({}, use) => {
      const shared = inject('bitbybitMock');
      if (shared) return use(await connect(shared));
      const mock = await start();
      await use(mock);
      await mock.stop();
    },
    { scope: 'file' },
  ],
  api: async ({ mock }, use) => {
    const api = mock.tenant();
    await use(api);
    await api.check();
  },
});
