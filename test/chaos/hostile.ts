/**
 * A tenant who means harm, beside the others: records that are small on the wire and large once unpacked, bodies that are no
 * record of their schema, and queries that make much of little. What becomes of its own jobs is nobody's concern here.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobDocumentInput } from '../../src/contracts/spec.ts';
import { ensureTopics } from '../../src/kafka-admin/topics.ts';
import { RawProducer } from '../../src/pipeline/index.ts';
import { patiently } from './patience.ts';
import type { Run } from './run.ts';
import { encode, namesOf, streamOf } from './stream.ts';

/** Headers of one record, each without a name or a value: a kilobyte once compressed. */
const headers = 200_000;
const textChars = 900_000;

/** Each a job of its own, so that one that fails leaves the others. */
const queries: Readonly<Record<string, string>> = {
  wide: "SELECT CARDINALITY(TRANSFORM(SPLIT(amount, ','), x -> LPAD(x, 200, 'z'))) AS n FROM events",
  deep: "SELECT REGEXP_LIKE(amount, '(,+)+x') AS endless FROM events",
  long: 'SELECT REPEAT(amount, 1000) AS more FROM events',
  letters: 'SELECT seq, key FROM events',
};

/** Comes, does its worst for so long, and goes. */
export async function beHostile({ world, scenario, timeline }: Run, lastsMs: number): Promise<void> {
  const names = namesOf(`hostile-${scenario.seed}-${Date.now().toString(36)}`);
  const { bootstrap } = world.kafka;
  const dlq = `${names.tenant}.dlq`;
  await ensureTopics(
    { bootstrap },
    [names.input, dlq].map((topic) => ({ topic, partitions: 1 })),
  );
  await world.client.applyStream(streamOf(names));
  const jobs = Object.entries(queries).map(([name, sql]): JobDocumentInput => {
    return {
      apiVersion: 'millrace/v1',
      kind: 'Job',
      metadata: { tenant: names.tenant, name },
      spec: {
        sql,
        sink: { kafka: { topic: `${names.tenant}.${name}`, partitions: 1, format: 'json' } },
        errors: { policy: 'dlq', topic: dlq },
      },
    };
  });
  for (const job of jobs) await patiently('be hostile', () => world.client.applyJob(job));
  timeline.note(`${names.tenant} runs ${jobs.length} jobs`);
  await produce(bootstrap, names.input);
  timeline.note(`${names.tenant} has written what it has`);
  await sleep(lastsMs);
  for (const { metadata } of jobs) {
    const stop = { kind: 'stop', mode: 'cancel' } as const;
    await patiently('stop', () => world.client.operateJob(metadata.tenant, metadata.name, stop, {}));
  }
  timeline.note(`${names.tenant} is gone`);
}

async function produce(bootstrap: string, topic: string): Promise<void> {
  const producer = await RawProducer.open({ bootstrap, codec: 'gzip' });
  const nothing = [Buffer.alloc(0), null] as const;
  try {
    producer.append(topic, 0, { value: encode({ seq: 0, key: 'k', amount: ','.repeat(textChars) }) });
    producer.append(topic, 0, { value: Buffer.from([0xff]), headers: Array.from({ length: headers }, () => nothing) });
    producer.append(topic, 0, { value: Buffer.from('00000000070862', 'hex') });
    await producer.flush();
  } finally {
    await producer.close();
  }
}
