/**
 * What is told of a position whose records the log doesn't hold (any more), when its leader has confirmed it: those that were
 * to be read next, or those that were read. Nothing is skipped, or read again, before the job's owner has decided.
 */
import { type Failure, failure } from '../../contracts/failure.ts';
import { EARLIEST, LATEST } from '../kafka/api/list-offsets.ts';
import type { Cluster } from '../kafka/cluster.ts';
import { offsetsAt } from '../kafka/log-offsets.ts';
import type { LogTruncated } from '../kafka/log-truncated.ts';
import type { Place } from './transform.ts';

/** The records at the position, or those before the log's end, were deleted. */
export async function offsetGone(cluster: Cluster, { topic, partition, position }: Place): Promise<Failure> {
  const record = { topic, partition, offset: String(position) };
  const range = await logRange(cluster, topic, partition);
  const message =
    `The job's position ${position} of ${topic}/${partition} is outside of what the log holds (${range}): records were deleted before they were read. ` +
    `Nothing more is read before you decide what may be lost: rewind the job (${rewind('--to earliest')} reads on at the first records that are left, \`--offsets\` elsewhere); and lengthen the topic's retention.`;
  return failure('offset_out_of_range', message, { record });
}

/** The log was cut off, and may have grown again. A loss only where it was below what was processed: else the job goes on from there by itself. */
export function logTruncated({ at }: LogTruncated, { topic, partition, position, epoch }: Place): Failure {
  const log = `The log of ${topic}/${partition}`;
  const isWhole = position <= at.endOffset && epoch <= at.epoch;
  if (isWhole) {
    const message = `${log} was cut off at offset ${at.endOffset}, behind all that the job has processed: it goes on at ${position}.`;
    return failure('kafka_unavailable', message);
  }
  const parting = Math.min(at.endOffset, position);
  const where = at.endOffset < position ? `at offset ${parting}` : `at or before offset ${parting}`;
  const message =
    `${log} was cut off ${where}, below the job's position ${position}: an unclean leader election took a replica without the last records. ` +
    "What the job has output of them isn't in the topic any more; others may stand at their offsets. Nothing more is read before you decide: " +
    `rewind the job to read what stands there now (${rewind(`--offsets ${topic}:${partition}=${parting}`)}), or to its position to leave that out. ` +
    'The topic keeps what is acknowledged with `unclean.leader.election.enable=false` and `min.insync.replicas` of 2.';
  return failure('log_truncated', message, { record: { topic, partition, offset: String(parting) } });
}

const rewind = (target: string): string => `\`millrace rewind job NAME ${target}\``;

/** First offset and end of a partition, for people. */
async function logRange(cluster: Cluster, topic: string, partition: number): Promise<string> {
  try {
    const first = await offsetsAt(cluster, topic, [partition], EARLIEST);
    const end = await offsetsAt(cluster, topic, [partition], LATEST);
    return `${first.get(partition)} to ${end.get(partition)}`;
  } catch {
    return 'unknown';
  }
}
