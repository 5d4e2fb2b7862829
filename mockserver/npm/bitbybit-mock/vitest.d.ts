import type { TestAPI } from 'vitest';

import type { Mock, Tenant } from './index.js';

declare module 'vitest' {
  interface ProvidedContext {
    /** The URL of the mock that bitbybit-mock/vitest/setup started. */
    bitbybitMock: string;
  }
}

/**
 * vitest's test with a mock. Each test that takes `api` has an API key of its own, and fails where its requests broke the contract. All tests share
 * the mock of bitbybit-mock/vitest/setup where that is among globalSetup; otherwise each file has one.
 */
export const test: TestAPI<{ mock: Mock; api: Tenant }>;
