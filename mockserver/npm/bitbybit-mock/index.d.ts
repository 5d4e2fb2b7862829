import type { components, operations, paths } from './control.js';

export type { components, operations, paths };

type Schemas = components['schemas'];
type Query<Operation extends keyof operations> = Omit<NonNullable<operations[Operation]['parameters']['query']>, 'key' | 'format' | 'showData'>;

export interface StartOptions {
  /** Flags of bitbybit-mock, as in ['--strict', '--rate-limit', '0']; `npx bitbybit-mock --help` lists them. */
  args?: string[];
}

/** Starts bitbybit-mock on a free port of this machine. It ends with this process at the latest. */
export function start(options?: StartOptions): Promise<StartedMock>;

/** Connects to a mock that runs already, by its URL with or without a path; without one, that of the variable BITBYBIT_BASE_URL. */
export function connect(url?: string): Promise<Mock>;

/** The path of the program bitbybit-mock of this machine's platform. Throws where its package is not installed. */
export function programPath(): string;

/** A mock that runs. */
export interface Mock {
  /** Where it listens, without a path. */
  readonly url: string;
  /** The base URL for a client of the API. */
  readonly baseURL: string;
  /** The base URL of the control API, for a client that is typed with `paths`, such as openapi-fetch. */
  readonly controlURL: string;
  /** A new API key. Nothing is shared between keys, so that tests which run at the same time can share a mock. */
  key(): string;
  /** What the mock has for one API key; without one, for a new key. */
  tenant(key?: string): Tenant;
}

/** A mock that start started. */
export interface StartedMock extends Mock, AsyncDisposable {
  /** Stops the mock, and waits until it has ended. */
  stop(): Promise<void>;
}

/** What the mock has for one API key, and what it is told to do to its calls. */
export interface Tenant {
  /** The base URL for a client of the API. */
  readonly baseURL: string;
  /** The API key for a client of the API. */
  readonly key: string;
  /** The customers that are stored, in the order in which they were created: the first 100, or the page that is asked for. */
  customers(query?: Query<'listCustomers'>): Promise<Schemas['Customer'][]>;
  /** The requests that arrived, the oldest first: the last 100, or those that are asked for. */
  requests(query?: Query<'listRequests'>): Promise<Schemas['RequestEntry'][]>;
  faults(): Promise<Schemas['Fault'][]>;
  /** Has the next calls fail, as in { status: 503, times: 1 }. */
  addFault(fault: Schemas['FaultInput']): Promise<Schemas['Fault']>;
  clearFaults(): Promise<void>;
  /** The endpoints that webhooks are sent to. */
  webhooks(): Promise<Schemas['WebhookEndpoint'][]>;
  /** Has webhooks about customers of this key sent to a URL. The answer has the secret that they are signed with. */
  addWebhook(endpoint: Schemas['WebhookEndpointInput']): Promise<Schemas['WebhookEndpoint']>;
  /** The deliveries of webhooks, the newest first. */
  deliveries(query?: Query<'listWebhookDeliveries'>): Promise<Schemas['WebhookDelivery'][]>;
  redeliver(id: string): Promise<Schemas['WebhookDelivery']>;
  addWebhookFault(fault: Schemas['WebhookFaultInput']): Promise<Schemas['WebhookFault']>;
  clearWebhookFaults(): Promise<void>;
  /** Begins a new window of the rate limit. */
  resetRateLimit(): Promise<void>;
  /** Sets everything of this key back to how it was at start. */
  reset(): Promise<void>;
  /** Rejects where a request of this key broke the contract, with each place and the line of openapi.yaml. */
  check(): Promise<void>;
}
