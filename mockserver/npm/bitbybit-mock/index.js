import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createInterface } from 'node:readline';

import { find } from './launch.js';

const { fetch } = globalThis; // what a test puts in its place is for the code that is tested

export const programPath = () => find('bitbybit-mock');

export async function start({ args = [] } = {}) {
  const program = programPath();
  // Its standard input is closed when this process ends, however it ends.
  const child = spawn(program, ['--addr', '127.0.0.1:0', '--stop-with-stdin', '--log-level', 'error', ...args]);
  let log = '';
  child.stderr.setEncoding('utf8').on('data', (text) => {
    log = (log + text).slice(-4096);
    process.stderr.write(text);
  });
  child.stdin.on('error', () => {}); // it ended first
  const exited = new Promise((resolve) => child.on('exit', (code, signal) => resolve(signal ?? `exit code ${code}`)));
  await once(child, 'spawn').catch((error) => {
    throw new Error(`bitbybit-mock: cannot run ${program}: ${error.message}`);
  });
  const closed = once(child, 'close');
  const [line] = await Promise.race([once(createInterface(child.stdout), 'line'), closed.then(() => [])]);
  if (!line) throw new Error(`bitbybit-mock: expected it to listen, but it ended with ${await exited}: ${log.trim()}`);
  const mock = await connect(line).catch((error) => {
    child.kill();
    throw error;
  });
  for (const part of [child, child.stdin, child.stdout, child.stderr]) part.unref(); // this process may end without stop
  child.stdout.resume();
  const stop = async () => {
    child.ref();
    child.stdin.end();
    await exited;
  };
  return Object.assign(mock, { stop, [Symbol.asyncDispose]: stop });
}

export async function connect(url = process.env.BITBYBIT_BASE_URL) {
  if (!url) throw new Error('bitbybit-mock: connect: expected the URL of a mock, got none; BITBYBIT_BASE_URL is not set either');
  const control = new Control(new URL('/_mock/', url));
  const { name, baseURL } = await control.send('GET', '').catch((error) => {
    throw new Error(`bitbybit-mock: connect: expected a mock at ${control.url}: ${error.message}`, { cause: error });
  });
  if (name !== 'bitbybit-mock') throw new Error(`bitbybit-mock: connect: expected a mock at ${control.url}, got another server`);
  return new Mock(control, new URL(new URL(baseURL).pathname, control.url).href); // by the caller's origin: a proxy may be between
}

class Control {
  constructor(url) {
    this.url = url;
  }

  async send(method, path, { query = {}, body } = {}) {
    const url = new URL(path, this.url);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, value);
    const response = await fetch(url, {
      method,
      headers: { Accept: 'application/json', ...(body && { 'Content-Type': 'application/json' }) },
      body: body && JSON.stringify(body),
    });
    const text = await response.text();
    if (response.ok) return text ? JSON.parse(text) : undefined;
    let message = text.slice(0, 1000);
    try {
      message = JSON.parse(text).error.message;
    } catch {
      // It is not the mock's.
    }
    throw new Error(`bitbybit-mock: ${method} ${url.pathname}: ${response.status}: ${message}`);
  }
}

class Mock {
  #control;

  constructor(control, baseURL) {
    this.#control = control;
    this.url = control.url.origin;
    this.controlURL = `${this.url}/_mock`;
    this.baseURL = baseURL;
  }

  key() {
    return `bbb_test_${randomUUID()}`;
  }

  tenant(key = this.key()) {
    return new Tenant(this.#control, this.baseURL, key);
  }
}

class Tenant {
  #control;

  constructor(control, baseURL, key) {
    this.#control = control;
    this.baseURL = baseURL;
    this.key = key;
  }

  async #data(path, query) {
    return (await this.#send('GET', path, { query })).data;
  }

  #send(method, path, { query, body } = {}) {
    return this.#control.send(method, path, { query: { ...query, key: this.key }, body });
  }

  customers(query) {
    return this.#data('customers', query);
  }

  requests(query) {
    return this.#data('requests', query);
  }

  faults() {
    return this.#data('faults');
  }

  addFault(body) {
    return this.#send('POST', 'faults', { body });
  }

  clearFaults() {
    return this.#send('DELETE', 'faults');
  }

  webhooks() {
    return this.#data('webhooks/endpoints');
  }

  addWebhook(body) {
    return this.#send('POST', 'webhooks/endpoints', { body });
  }

  deliveries(query) {
    return this.#data('webhooks/deliveries', query);
  }

  redeliver(id) {
    return this.#send('POST', `webhooks/deliveries/${encodeURIComponent(id)}/redeliver`);
  }

  addWebhookFault(body) {
    return this.#send('POST', 'webhooks/faults', { body });
  }

  clearWebhookFaults() {
    return this.#send('DELETE', 'webhooks/faults');
  }

  resetRateLimit() {
    return this.#send('DELETE', 'rate-limit');
  }

  reset() {
    return this.#send('POST', 'reset');
  }

  async check() {
    const reasons = (await this.requests({ violating: true })).flatMap((request) =>
      request.violations.map((v) =>
        [`${request.method} ${request.target}: ${v.path}: ${v.expected}`, v.got && `, got ${v.got}`, v.line && ` [openapi.yaml:${v.line} ${v.source}]`].join(''),
      ),
    );
    if (reasons.length > 0) throw new Error(`what this test sent breaks the contract\n${reasons.join('\n')}`);
  }
}
