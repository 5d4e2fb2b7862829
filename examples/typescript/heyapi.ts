// The same with what @hey-api/openapi-ts generates, which knows the properties but not that email or phoneNumber is required.
import { createCustomer } from './gen/hey-api';

export async function right(): Promise<string | undefined> {
  const { data } = await createCustomer({
    body: { phoneNumber: '+6281234567890', addresses: [{ address1: 'Jl. Sudirman No. 1' }] },
  });
  return data?.data.id;
}

export async function misspelt(): Promise<void> {
  // @ts-expect-error -- emial is no property
  await createCustomer({ body: { emial: 'siti@example.com' } });
}

export async function noObject(): Promise<void> {
  // @ts-expect-error -- a number is no customer
  await createCustomer({ body: 42 });
}

export async function wrongType(): Promise<void> {
  // @ts-expect-error -- tags are strings
  await createCustomer({ body: { email: 'siti@example.com', tags: [5] } });
}
