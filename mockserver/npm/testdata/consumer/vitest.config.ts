import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['*.vitest.ts'], globalSetup: process.env.OWN_MOCK ? [] : ['bitbybit-mock/vitest/setup'] },
});
