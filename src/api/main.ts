/**
 * The API as a process, configured by config.ts. Prints one line `{"ready":true,"url":…}` on stdout once it listens;
 * logs are JSON on stderr. It lives on while Temporal is away, and answers 503. SIGTERM: answers what it has begun, then ends.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { type DestinationStream, destination, pino } from 'pino';
import { MillraceClient } from '../client/client.ts';
import { clientOptions, namespaceOf } from '../client/credentials.ts';
import { requireSearchAttributes } from '../client/search-attributes.ts';
import { apiConfig, clientConfig, logLevel, ownVersion } from '../config.ts';
import { MillraceError } from '../contracts/failure.ts';
import { buildServer } from './server.ts';

/** Milliseconds that requests in flight get on SIGTERM. */
const graceMs = 10_000;
/** Milliseconds between two attempts to look whether the namespace is set up. */
const checkMs = 1_000;

const logger = pino({ name: 'api', level: logLevel() }, destination(2) as DestinationStream);
const config = clientConfig();
const options = await clientOptions(config);
const client = new MillraceClient({ ...options, deployment: config.deployment });
const app = await buildServer(client, { logger, version: ownVersion() });

let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));

// While Temporal is away, the API says so itself, and looks again beside.
if (!(await isSetUp())) void untilSetUp();

const url = await app.listen(apiConfig());
process.stdout.write(`${JSON.stringify({ ready: true, url })}\n`);

/** False while Temporal doesn't answer. A namespace that lacks something would fail every request, so that ends the process. */
async function isSetUp(): Promise<boolean> {
  try {
    await requireSearchAttributes(await namespaceOf(config), (message) => logger.warn(message));
    return true;
  } catch (error) {
    if (!(error instanceof MillraceError && error.failure.domain === 'user')) return false;
    logger.fatal(error.message);
    process.exit(1);
  }
}

async function untilSetUp(): Promise<void> {
  do await sleep(checkMs);
  while (!stopping && !(await isSetUp()));
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
