// tsc shows that what is exported has types: each line after @ts-expect-error does not compile.
import { programPath as contract } from 'bitbybit-contract';
import { connect, programPath, start, type Mock, type paths, type StartedMock, type Tenant } from 'bitbybit-mock';
import setup from 'bitbybit-mock/vitest/setup';

export async function types(): Promise<Mock> {
  await using mock: StartedMock = await start({ args: ['--strict'] });
  const api: Tenant = mock.tenant();
  const email: string | undefined | null = (await api.customers({ limit: 1 }))[0]?.email;
  const status: number | undefined = (await api.requests({ path: new URL(api.baseURL).pathname }))[0]?.status;
  await api.addFault({ connection: 'NO_RESPONSE', times: 1 });
  const faults: keyof paths = '/faults';
  // @ts-expect-error there is no such flag
  await start({ arguments: [] });
  // @ts-expect-error there is no such connection fault
  await api.addFault({ connection: 'BROKEN' });
  // @ts-expect-error there is no such filter
  await api.requests({ statuses: [1] });
  // @ts-expect-error only a mock that start started can be stopped
  (await connect()).stop();
  // @ts-expect-error a kind of fault of webhooks
  await api.addWebhookFault({ kind: 'BROKEN' });
  // @ts-expect-error a path is a string
  const path: number = programPath() ?? contract();
  console.log(email, status, faults, path, setup);
  return connect(mock.baseURL);
}
