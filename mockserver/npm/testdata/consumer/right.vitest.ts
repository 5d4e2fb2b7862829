import { test } from 'bitbybit-mock/vitest';
import { describe, expect, inject } from 'vitest';

import { create } from './customers';

describe.concurrent('at the same time', () => {
  for (const name of ['one', 'another']) {
    test(`${name} has a key of its own`, async ({ api }) => {
      expect((await create(api, { email: `${name}@example.com` })).status).toBe(201);
      expect((await api.customers()).map((customer) => customer.email)).toEqual([`${name}@example.com`]);
    });
  }
});

test('takes the mock of the setup where there is one', ({ mock }) => {
  if (process.env.OWN_MOCK) expect(inject('bitbybitMock')).toBeUndefined();
  else expect(mock.url).toBe(inject('bitbybitMock'));
});
