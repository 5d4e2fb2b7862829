import type { PlaywrightTestArgs, PlaywrightTestOptions, PlaywrightWorkerArgs, PlaywrightWorkerOptions, TestType } from '@playwright/test';

import type { Mock, Tenant } from './index.js';

/**
 * Playwright's test with a mock for each worker. Each test that takes `api` has an API key of its own, and fails where its requests broke the contract.
 */
export const test: TestType<PlaywrightTestArgs & PlaywrightTestOptions & { api: Tenant }, PlaywrightWorkerArgs & PlaywrightWorkerOptions & { mock: Mock }>;
