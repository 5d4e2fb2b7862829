import type { TestProject } from 'vitest/node';

/** Starts one mock for all test files. It is for globalSetup of vitest's configuration. */
export default function setup(project: TestProject): Promise<() => Promise<void>>;
