// The code that is tested: it creates a customer.
export const createCustomer = async ({ url, key }, customer) => {
  const response = await fetch(`${url}/customers`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'x-api-key': key },
    body: JSON.stringify(customer),
  });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${response.status} ${answer.error.code}`);
  return answer.data;
};
