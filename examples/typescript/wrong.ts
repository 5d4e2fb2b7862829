// What must not compile, with the types of openapi-typescript: tsc fails on an expected error that is not there.
import createClient from 'openapi-fetch';

import type { paths } from './gen/api';

export async function misspelt(client: ReturnType<typeof createClient<paths>>): Promise<void> {
  // @ts-expect-error -- emial is no property
  await client.POST('/customers', { body: { emial: 'siti@example.com' } });
}

export async function noObject(client: ReturnType<typeof createClient<paths>>): Promise<void> {
  // @ts-expect-error -- a number is no customer
  await client.POST('/customers', { body: 42 });
}

export async function neither(client: ReturnType<typeof createClient<paths>>): Promise<void> {
  // @ts-expect-error -- email or phoneNumber is required
  await client.POST('/customers', { body: { firstName: 'Siti' } });
}

export async function noAddress1(client: ReturnType<typeof createClient<paths>>): Promise<void> {
  // @ts-expect-error -- address1 is required in an address
  await client.POST('/customers', { body: { email: 'siti@example.com', addresses: [{ city: 'Bandung' }] } });
}
