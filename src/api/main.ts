/**
 * The API as a process. Environment: MILLRACE_API_PORT (8080; 0: any free one), MILLRACE_API_HOST (127.0.0.1),
 * TEMPORAL_ADDRESS, TEMPORAL_NAMESPACE, MILLRACE_DEPLOYMENT, MILLRACE_LOG (info). Prints one line `{"ready":true,"url":…}` on stdout once it listens;
 * logs are JSON on stderr. It lives on while Temporal is away, and answers 503. SIGTERM: answers what it has begun, then ends.
 */
import { type DestinationStream, destination, pino } from 'pino';
import { MillraceClient } from '../client/client.ts';
import { clientConfig, ownVersion } from '../config.ts';
import { buildServer } from './server.ts';

const defaultPort = 8080;
/** Milliseconds that requests in flight get on SIGTERM. */
const graceMs = 10_000;

const { env } = process;
const logger = pino({ name: 'api', level: env['MILLRACE_LOG'] ?? 'info' }, destination(2) as DestinationStream);
const client = new MillraceClient(clientConfig());
const app = await buildServer(client, { logger, version: ownVersion() });

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));

const url = await app.listen({ port: portOf(env['MILLRACE_API_PORT']), host: env['MILLRACE_API_HOST'] ?? '127.0.0.1' });
process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);

function portOf(text: string | undefined): number {
  const port = text === undefined || text === '' ? defaultPort : Number(text);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new Error(`MILLRACE_API_PORT is "${text}", which is no port: give a number from 0 to 65535.`);
}

async function stop(signal: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  logger.info({ signal }, 'stopping');
  setTimeout(() => process.exit(1), graceMs).unref();
  await app.close();
  await client.close();
  process.exit(0);
}
