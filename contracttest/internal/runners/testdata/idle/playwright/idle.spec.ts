import { expect } from '@playwright/test';

import { test } from './proxy';

test('calls something else', ({ baseURL }) => {
  expect(baseURL).toMatch(/^http/);
});
