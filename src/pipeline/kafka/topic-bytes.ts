/** The largest record batches that topics take. */
import { type MessageBytes, maxMessageBytes } from './api/topic-config.ts';
import { BrokerError } from './broker-error.ts';
import type { Cluster } from './cluster.ts';

/** By topic; one whose configuration may not be read is left out. Throws NoAnswer. */
export async function topicBytes(
  cluster: Cluster,
  topics: readonly string[],
): Promise<ReadonlyMap<string, MessageBytes>> {
  if (topics.length === 0) return new Map();
  try {
    return await cluster.ask(maxMessageBytes(topics));
  } catch (e) {
    if (!(e instanceof BrokerError)) throw e;
    return new Map();
  }
}
