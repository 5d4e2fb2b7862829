// Receives bitbybit's webhooks with nothing but Node.js. The bytes that arrive are verified, before anything parses them.
//
//	BITBYBIT_WEBHOOK_SECRET=whsec_… node node.mjs
//
// PORT is where it listens; 0 picks a free port, which the first line of its output names.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import { createServer } from 'node:http';

const secret = process.env.BITBYBIT_WEBHOOK_SECRET;
if (!secret) throw new Error('set BITBYBIT_WEBHOOK_SECRET to the signing secret of the endpoint');

const tolerance = 300; // seconds, both ways
const longest = 64 * 1024; // bytes of a payload
const keepFor = 24 * 60 * 60 * 1000; // milliseconds

/** Throws unless the delivery is the vendor's and of now; returns what is signed. */
export const verify = (header, body, now = Date.now() / 1000) => {
  const items = (header ?? '').split(',').map((item) => item.trim());
  const times = items.filter((item) => item.startsWith('t=')).map((item) => item.slice(2));
  const signatures = items.filter((item) => /^v1=[0-9a-f]{64}$/i.test(item)).map((item) => Buffer.from(item.slice(3), 'hex'));
  if (times.length !== 1 || !/^\d{1,15}$/.test(times[0])) throw new Error('expected t= once in the signature, in seconds');
  const signed = Buffer.concat([Buffer.from(`${times[0]}.`), body]);
  const right = createHmac('sha256', secret).update(signed).digest();
  // Their lengths are equal: timingSafeEqual throws where they are not.
  if (!signatures.some((one) => timingSafeEqual(one, right))) throw new Error('the signature does not match');
  if (Math.abs(now - Number(times[0])) > tolerance) throw new Error('the timestamp is too old, or in the future');
  return signed;
};

/** The HMAC of the vendor's sample, over the parsed body printed anew. It is right only while a sender's bytes are what JavaScript prints. */
const sample = (header, body) => {
  const [time] = /(?<=t=)\d+/.exec(header);
  return createHmac('sha256', secret).update(`${time}.${JSON.stringify(JSON.parse(body))}`).digest('hex');
};

// What was handled, and when. In a program this is a table, written in the transaction in which the event is handled: an id that is kept before
// that loses the event where the program ends in between.
const handled = new Map();

const isNew = (...keys) => {
  for (const [key, since] of handled) {
    if (Date.now() - since < keepFor) break; // they are in the order of time
    handled.delete(key);
  }
  return !keys.some((key) => handled.has(key));
};

const read = async (request) => {
  const chunks = [];
  let size = 0;
  for await (const chunk of request) {
    size += chunk.length;
    if (size > longest) throw new Error('the body is too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

/** Does with a new customer what is to be done; where it throws, the event comes again. */
const handle = (customer, report) => console.log(JSON.stringify({ ...report, customer }));

const receive = async (request) => {
  const { 'x-bitbybit-webhook-id': id, 'x-bitbybit-webhook-event': event, 'x-bitbybit-webhook-signature': signature } = request.headers;
  let body;
  let customer;
  let keys;
  try {
    body = await read(request);
    const signed = verify(signature, body);
    if (!id) throw new Error('the id is missing');
    if (event !== 'customer.created') return [200, 'ignored']; // and not remembered: the type is not signed
    customer = JSON.parse(body);
    if (!customer?.id) throw new Error('it is no customer');
    // The id is not signed either: what was captured can be sent under another one, or under that of another event.
    keys = [`id ${id} ${customer.id}`, `bytes ${createHash('sha256').update(signed).digest('hex')}`];
  } catch (error) {
    console.error(error.message);
    return [400, error.message];
  }
  if (!isNew(...keys)) return [200, 'a duplicate'];
  try {
    handle(customer, { id, sample: signature.includes(`v1=${sample(signature, body)}`) });
  } catch (error) {
    console.error(error.message);
    return [503, 'send it again'];
  }
  for (const key of keys) handled.set(key, Date.now());
  return [200, 'handled'];
};

const server = createServer(async (request, response) => {
  const [status, text] = await receive(request);
  response.writeHead(status, { 'Content-Type': 'text/plain', Connection: 'close' }).end(text);
});

server.listen(Number(process.env.PORT ?? 8080), '127.0.0.1', () => console.log(`http://127.0.0.1:${server.address().port}/webhooks`));
