// Copy this file, and take `test` from it: `bitbybit-contract proxy` is started for each test file whose tests take `api`, it passes their requests
// on to the server that BITBYBIT_CONTRACT_TARGET names, and a test fails whose requests or answers broke the contract. Tests of one file must not
// run at the same time (test.concurrent), or what one broke is told of the others, too.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { test as base } from 'vitest';

let told = false; // by a test that failed
let proxies = 0; // of this worker

export const test = base.extend<{ proxy: string; api: { url: string; key: string } }>({
  proxy: [
    async ({}, use) => {
      const program = process.env.BITBYBIT_CONTRACT_PROGRAM ?? 'bitbybit-contract';
      const report = `contract-${process.env.VITEST_WORKER_ID}-${++proxies}.xml`;
      const options = ['--listen', '127.0.0.1:0', '--strict-requests', '--report', `junit=${report}`];
      const proxy = spawn(program, ['proxy', ...options], { stdio: ['ignore', 'ignore', 'pipe'] });
      await once(proxy, 'spawn');
      const ended = once(proxy, 'exit');
      let url: string | undefined;
      for await (const line of createInterface(proxy.stderr)) {
        if ((url = /^judging what passes (\S+)/.exec(line)?.[1])) break;
        console.error(line);
      }
      if (!url) throw new Error(`${program} ended before it listened`);
      proxy.stderr.pipe(process.stderr);
      await use(url);
      proxy.kill('SIGINT'); // it writes the report
      const [code] = await ended;
      if (code !== 0 && !told) throw new Error(`${program} ended with exit code ${code}, see ${report}`);
    },
    { scope: 'file' },
  ],
  api: async ({ proxy }, use) => {
    const violations = async (after: number): Promise<any> => (await fetch(new URL(`/_contract/violations?after=${after}`, proxy))).json();
    const { last } = await violations(0);
    await use({ url: proxy, key: process.env.BITBYBIT_API_KEY! });
    const { data } = await violations(last);
    const reasons = data.flatMap(({ exchange, violations }: any) => violations.map((v: any) => `${exchange}: ${v.message} [${v.rule}]`));
    told ||= reasons.length > 0;
    if (reasons.length > 0) throw new Error(`what passed in this test breaks the contract\n${reasons.join('\n')}`);
  },
});
