import { start } from './index.js';

export default async function setup({ provide }) {
  const mock = await start();
  provide('bitbybitMock', mock.url);
  return () => mock.stop();
}
