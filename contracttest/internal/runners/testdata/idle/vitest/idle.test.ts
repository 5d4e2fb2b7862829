import { expect } from 'vitest';

import { test } from './proxy';

test('calls something else', ({ api }) => {
  expect(api.url).toMatch(/^http/);
});
