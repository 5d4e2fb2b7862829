export function create(api: { baseURL: string; key: string }, customer: object): Promise<Response> {
  return fetch(`${api.baseURL}/customers`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'x-api-key': api.key },
    body: JSON.stringify(customer),
  });
}
