/**
 * Deploy to first output: from the PUT of a job to its first committed row, on servers that are warm, through REST,
 * workflow and host, as a user has it. `node bench/deploy.ts [jobs]`
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { deniedJob, streams } from '../examples/demo/jobs.ts';
import { Rest } from '../examples/demo/rest.ts';
import { startSystem } from '../src/dev/system.ts';
import { LATEST, listOffsets } from '../src/pipeline/kafka/api/list-offsets.ts';
import { Cluster } from '../src/pipeline/kafka/cluster.ts';
import { show, spread } from './support/statistics.ts';
import { createTopics, fill } from './support/topics.ts';

const events = 10_000;
const pollMs = 10;

/** Milliseconds of each deploy, the first of all left out: it compiles the hosts' code. */
export async function deploy(count: number): Promise<readonly number[]> {
  const system = await startSystem({ hosts: 1 });
  const { bootstrap } = system.kafka;
  const cluster = new Cluster({ bootstrap }, 'bench-deploy');
  try {
    const [stream] = streams;
    await createTopics(bootstrap, [stream!.topic], stream!.partitions);
    await fill(bootstrap, stream!.topic, events, stream!.partitions);
    const rest = new Rest(system.api.url);
    await rest.putStream(stream!.document);
    const took: number[] = [];
    for (let n = 0; n <= count; n++) {
      const { document } = deniedJob(`deploy-${n}`);
      const began = performance.now();
      await rest.putJob(document);
      await firstRow(cluster, document.spec.sink.kafka.topic);
      took.push(performance.now() - began);
      await rest.drainJob(document);
    }
    return took.slice(1);
  } finally {
    await cluster.close();
    await system.close();
  }
}

/** Resolves when a read_committed reader sees a row of partition 0, which has some of every batch. */
async function firstRow(cluster: Cluster, topic: string): Promise<void> {
  for (;;) {
    await sleep(pollMs);
    try {
      await cluster.refresh([topic]);
      const link = await cluster.leaderLink(topic, 0, 'control');
      const ends = await link.request(listOffsets(topic, [0], LATEST));
      if ((ends.get(0) ?? 0) > 0) return;
    } catch {
      // The topic isn't there yet.
    }
  }
}

if (import.meta.main) {
  console.log(`deploy to first output, ms: ${show(spread(await deploy(Number(process.argv[2] ?? 7))))}`);
  process.exit(0);
}
