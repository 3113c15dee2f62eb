/**
 * Runs new kernels over records that their topics hold already, with everything around them, before a task depends on
 * them: V8 has then compiled them, for such records as will come, when the task takes over. Owns which records and how
 * many; what comes of them is thrown away, and nothing that goes wrong here matters.
 */
import { setImmediate as yieldToIo } from 'node:timers/promises';
import type { TaskPlan } from '../../contracts/plan.ts';
import { type FetchedPartition, fetch } from '../kafka/api/fetch.ts';
import { EARLIEST, LATEST, listOffsets } from '../kafka/api/list-offsets.ts';
import { BufferPool } from '../kafka/buffer-pool.ts';
import type { Cluster, SourceTopic } from '../kafka/cluster.ts';
import type { Kernel } from '../ports.ts';
import { KafkaSink, type SinkTopic, sinkOptions } from '../sinks/kafka-sink.ts';
import type { TopicKernels } from './kernels.ts';
import { nobody } from './runner-options.ts';
import { inputPartition } from './source.ts';
import type { StepMark } from './step-mark.ts';
import { Transform } from './transform.ts';

/**
 * Records of one topic after which V8 has seen enough, full batches of output too, and milliseconds that they may take:
 * other tasks have their turn between the steps.
 */
const RECORDS = 40_000;
const MS_MAX = 250;
/** How far from its end a partition is looked at, in offsets, and how many partitions are. */
const OFFSETS_BACK = 4_000;
const PARTITIONS_MAX = 4;
const FETCH_BYTES = 512 * 1024;

const warm = new WeakSet<Kernel>();

/** Never rejects. Does nothing for an empty topic, or for kernels that are warm. */
export async function warmUp(
  plan: TaskPlan,
  kernels: TopicKernels,
  source: Cluster,
  topics: readonly SourceTopic[],
  output: SinkTopic,
  mark: StepMark,
): Promise<void> {
  for (const topic of topics) {
    const kernel = kernels.get(topic.topic);
    if (kernel === undefined || warm.has(kernel)) continue;
    warm.add(kernel);
    try {
      const sample = await someRecords(source, topic);
      if (sample === null) continue;
      await run(plan, kernels, output, sample, mark);
      sample.release();
    } catch {
      // Whatever it is: the task will meet it where it can be told and dealt with.
    }
  }
}

async function someRecords(source: Cluster, { topic, partitions }: SourceTopic): Promise<FetchedPartition | null> {
  for (let partition = 0; partition < Math.min(partitions, PARTITIONS_MAX); partition++) {
    // Not over the connection for fetches: one of those may be waiting for records of a quiet topic.
    const link = await source.leaderLink(topic, partition, 'control');
    const offsetAt = async (time: number): Promise<number> =>
      (await link.request(listOffsets(topic, [partition], time))).get(partition) ?? 0;
    const [start, end] = await Promise.all([offsetAt(EARLIEST), offsetAt(LATEST)]);
    if (end <= start) continue;
    const offset = Math.max(start, end - OFFSETS_BACK);
    const bounds = { maxWaitMs: 0, maxBytes: FETCH_BYTES, partitionMaxBytes: FETCH_BYTES };
    const [fetched] = await link.request(fetch([{ topic, partition, offset }], bounds));
    if (fetched !== undefined) return fetched;
  }
  return null;
}

async function run(
  plan: TaskPlan,
  kernels: TopicKernels,
  output: SinkTopic,
  sample: FetchedPartition,
  mark: StepMark,
): Promise<void> {
  const pool = new BufferPool();
  const sink = new KafkaSink(output, null, sinkOptions(plan), pool, (batch) => pool.give(batch.buf));
  const transform = new Transform(nobody, { ...plan, errors: { policy: 'skip' } }, kernels, sink, mark);
  const tally = { recordsIn: 0, recordsOut: 0, bytesIn: 0, recordsFailed: 0 };
  const { topic, partition } = sample;
  const until = performance.now() + MS_MAX;
  for (let before = -1; tally.recordsIn > before && tally.recordsIn < RECORDS && performance.now() < until; ) {
    before = tally.recordsIn;
    // With numbers from the wire, as a task has after its first fetch: V8 compiles for the kinds that it has seen.
    const at = { topic, topicId: '', partition, offset: sample.logStartOffset, leaderEpoch: -1, committed: true };
    const place = inputPartition(at);
    place.end = sample.lastStableOffset;
    // An object of its own each time: the same one would be gone on with.
    const again = { ...sample };
    while (transform.step(place, again, tally)) await (transform.waiting ? transform.ready() : yieldToIo());
  }
  transform.close();
}
