/** Fetches and builds every server that tests start, before the first of them counts its time. */
import { serversConfig } from '../config.ts';
import { type Progress, progressOnStderr } from './fetch.ts';
import { kafkaLibs } from './kafka-node.ts';
import { temporalBinary } from './temporal-binary.ts';
import { timeSkippingServer } from './time-skipping.ts';

/** Resolves at once where the cache holds them. Throws MillraceError that says what to install. */
export async function prefetchServers(onProgress: Progress = progressOnStderr): Promise<void> {
  const named = serversConfig();
  // One after the other where Maven does it: two at once would fetch the same into its repository.
  const jars = async (): Promise<void> => {
    if (named.kafkaBootstrap === null) await kafkaLibs(onProgress);
    await timeSkippingServer(onProgress);
  };
  await Promise.all([jars(), named.temporalAddress === null ? temporalBinary(onProgress) : null]);
}
