// Copy this file, and take `test` from it: bitbybit-mock is started for each worker whose tests take `apiKey`, each of them gets an API key of its
// own, and a test fails whose requests broke the contract. `baseURL` is that of the API.
import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test as base } from '@playwright/test';

export const test = base.extend<{ apiKey: string }, { mock: string }>({
  mock: [
    async ({}, use) => {
      const program = process.env.BITBYBIT_MOCK_PROGRAM ?? 'bitbybit-mock';
      const mock = spawn(program, ['--addr', '127.0.0.1:0', '--log-level', 'error'], { stdio: ['ignore', 'pipe', 'inherit'] });
      await once(mock, 'spawn');
      let url: string | undefined;
      for await (const line of createInterface(mock.stdout)) {
        if ((url = /Base URL for a client +(\S+)/.exec(line)?.[1])) break;
      }
      if (!url) throw new Error(`${program} ended before it listened`);
      await use(url);
      mock.kill();
    },
    { scope: 'worker' },
  ],
  baseURL: ({ mock }, use) => use(`${mock}/`),
  apiKey: async ({ mock }, use) => {
    const key = `bbb_test_${randomUUID()}`;
    await use(key);
    const { data }: any = await (await fetch(new URL(`/_mock/requests?violating=true&key=${key}`, mock))).json();
    const reasons = data.flatMap((request: any) =>
      request.violations.map((v: any) =>
        [`${request.method} ${request.target}: ${v.path}: ${v.expected}`, v.got && `, got ${v.got}`, v.line && ` [openapi.yaml:${v.line} ${v.source}]`].join(''),
      ),
    );
    if (reasons.length > 0) throw new Error(`what this test sent breaks the contract\n${reasons.join('\n')}`);
  },
});
