// Creates a customer with openapi-fetch. `bitbybit-mock exec` sets the variables.
import createClient from 'openapi-fetch';

import type { components, paths } from './gen/api';

const client = createClient<paths>({
  baseUrl: process.env.BITBYBIT_BASE_URL,
  headers: { 'x-api-key': process.env.BITBYBIT_API_KEY },
});

const input: components['schemas']['NewCustomer'] = {
  email: 'siti.rahma@example.com',
  tags: ['vip'],
  addresses: [{ address1: 'Jl. Sudirman No. 1', city: 'Jakarta Selatan' }],
};
const { data, error, response } = await client.POST('/customers', { body: input });
if (error) {
  throw new Error(`${response.status} ${error.error.code}: ${error.error.message}`);
}
const customer = data.data;
console.log(`created ${customer.id}`);

const remaining = Number(response.headers.get('RateLimit-Remaining'));
if (customer.email !== input.email || customer.addresses?.[0]?.city !== 'Jakarta Selatan' || !(remaining >= 0)) {
  throw new Error(`the answer is not the customer that was sent: ${JSON.stringify(customer)}`);
}
