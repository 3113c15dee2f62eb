/** Reads what the checker compares: a run's input and output as `read_committed` readers see them, and its group's offsets. */
import { defaultDeployment, groupId } from '../../src/contracts/names.ts';
import { readTopic } from '../../src/pipeline/index.ts';
import { withAdmin } from '../support/admin.ts';
import type { Evidence, Input, Row } from './checker.ts';
import { decode, type Names, parseRow } from './stream.ts';

export async function readEvidence(
  bootstrap: string,
  names: Names,
  partitions: number,
  outputs: readonly string[],
  topicId?: string,
): Promise<Evidence> {
  // The positions first: a producer that goes on only adds input behind them.
  const committed = await readCommitted(bootstrap, names, partitions, topicId);
  const inputs = await readInputs(bootstrap, names.input, partitions);
  const rows: Row[][] = [];
  for (const topic of outputs) rows.push(await readRows(bootstrap, topic));
  return { inputs, rows: rows.flat(), committed };
}

/** Those that are noted for another topic than that of the id, once the name has meant another, count for nothing. */
export async function readCommitted(
  bootstrap: string,
  { tenant, job, input }: Names,
  partitions: number,
  topicId?: string,
): Promise<number[]> {
  const found = await withAdmin(bootstrap, (admin) =>
    admin.fetchOffsets({ groupId: groupId({ deployment: defaultDeployment, tenant, job }), topics: [input] }),
  );
  const offsets = Array.from({ length: partitions }, () => -1);
  for (const { partition, offset, metadata } of found[0]?.partitions ?? []) {
    if (topicId === undefined || metadata?.includes(`topic=${topicId} `)) offsets[partition] = Number(offset);
  }
  return offsets;
}

/** The logs' ends, control records included. */
export async function readEnds(bootstrap: string, topic: string): Promise<number[]> {
  const ends: number[] = [];
  for (const { partition, high } of await withAdmin(bootstrap, (admin) => admin.fetchTopicOffsets(topic)))
    ends[partition] = Number(high);
  return ends;
}

export async function readInputs(bootstrap: string, topic: string, partitions: number): Promise<Input[][]> {
  const inputs: Input[][] = Array.from({ length: partitions }, () => []);
  for await (const records of readTopic({ bootstrap, topic })) {
    for (const { partition, offset, value } of records) {
      const { seq, key } = decode(value!);
      inputs[partition]!.push({ offset, seq, key });
    }
  }
  return inputs;
}

export async function readRows(bootstrap: string, topic: string): Promise<Row[]> {
  const rows: Row[] = [];
  for await (const records of readTopic({ bootstrap, topic })) {
    for (const { partition, value } of records) rows.push({ ...parseRow(value!), topic, partition });
  }
  return rows;
}
