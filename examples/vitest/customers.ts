// The code that is tested: it creates a customer.
export async function createCustomer(api: { url: string; key: string }, customer: object): Promise<any> {
  const response = await fetch(`${api.url}/customers`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'x-api-key': api.key },
    body: JSON.stringify(customer),
  });
  const { data, error }: any = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${error.code}: ${error.message}`);
  return data;
}
