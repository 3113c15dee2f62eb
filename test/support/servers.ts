/**
 * Servers for integration tests. One shared pair per test file (each file is a process): started by the first who asks,
 * ended with the process. A test that stops or kills a server takes its own instead, by `withKafka` or `withTemporal`.
 */
import { randomBytes } from 'node:crypto';
import { type EmbeddedKafka, type KafkaOptions, startKafka } from '../../src/dev/kafka.ts';
import { type Servers, startServers } from '../../src/dev/servers.ts';
import { type EmbeddedTemporal, startTemporal, type TemporalOptions } from '../../src/dev/temporal.ts';

let shared: Promise<Servers> | undefined;

/** Kafka and Temporal for every test of this file: those of the environment, or embedded ones. Call `closeServers` in `after`. */
export function sharedServers(): Promise<Servers> {
  shared ??= startServers();
  return shared;
}

export async function closeServers(): Promise<void> {
  const servers = await shared;
  shared = undefined;
  await servers?.close();
}

/** A broker of the test's own. */
export async function withKafka<T>(use: (kafka: EmbeddedKafka) => Promise<T>, options: KafkaOptions = {}): Promise<T> {
  const kafka = await startKafka(options);
  try {
    return await use(kafka);
  } finally {
    await kafka.close();
  }
}

/** A Temporal server of the test's own. */
export async function withTemporal<T>(
  use: (temporal: EmbeddedTemporal) => Promise<T>,
  options: TemporalOptions = {},
): Promise<T> {
  const temporal = await startTemporal(options);
  try {
    return await use(temporal);
  } finally {
    await temporal.close();
  }
}

/** A name that no other test uses, for topics, tenants and jobs. */
export const uniqueName = (prefix: string): string => `${prefix}-${randomBytes(4).toString('hex')}`;
