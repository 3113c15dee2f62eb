/** The audit topic on a real broker: what is written is found again, newest first, once, page by page, whatever the broker does. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { after, before, test } from 'node:test';
import { appendHistory, readHistory } from '../../../src/activities/history.ts';
import { MillraceError } from '../../../src/contracts/failure.ts';
import type { HistoryEntry, TransitionEntry } from '../../../src/contracts/history.ts';
import { limits } from '../../../src/contracts/limits.ts';
import { type EmbeddedKafka, startKafka } from '../../../src/dev/kafka.ts';
import { RawProducer, readOlder, TopicAppender } from '../../../src/pipeline/kafka/index.ts';
import { transitionEntry } from '../../support/history.ts';
import kafkajs from '../../support/kafkajs.ts';
import { uniqueName } from '../../support/servers.ts';

let kafka: EmbeddedKafka;
const appenders: TopicAppender[] = [];
before(async () => {
  kafka = await startKafka({ onProgress: () => {} });
});
after(async () => {
  await Promise.all(appenders.map((a) => a.close()));
  await kafka.close();
});

/** An audit topic of the test's own, which doesn't exist yet. */
function auditTopic(): TopicAppender {
  const appender = new TopicAppender({ bootstrap: kafka.bootstrap }, uniqueName('audit'));
  appenders.push(appender);
  return appender;
}

/** Writes as the activity's retries do: a broker that has just started needs a moment. */
async function append(audit: TopicAppender, entries: readonly HistoryEntry[]): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await appendHistory(audit, { entries });
    } catch (e) {
      if (!(e instanceof MillraceError && e.failure.retry && attempt < 100)) throw e;
      await new Promise((done) => setTimeout(done, 100));
    }
  }
}

const entry = (job: string, seq: number, more: Partial<TransitionEntry> = {}): HistoryEntry =>
  transitionEntry(seq, { job, ...more });
const entries = (job: string, first: number, last: number): HistoryEntry[] =>
  Array.from({ length: last - first + 1 }, (_, i) => entry(job, first + i));
const numbers = (page: { readonly items: readonly HistoryEntry[] }): number[] => page.items.map((e) => e.seq);
const down = (from: number, to: number): number[] => Array.from({ length: from - to + 1 }, (_, i) => from - i);

const read = (audit: TopicAppender, job: string, limit = 100, cursor: string | null = null) =>
  readHistory(audit, { tenant: 'acme', job, limit, cursor });

/** Every entry, and how many pages they took. */
async function readAll(audit: TopicAppender, job: string, limit: number) {
  const items: HistoryEntry[] = [];
  let pages = 0;
  for (let cursor: string | null = null; pages === 0 || cursor !== null; pages++) {
    const page = await read(audit, job, limit, cursor);
    assert.ok(page.items.length <= limit);
    items.push(...page.items);
    cursor = page.next;
  }
  return { items, pages };
}

test('the first entry makes the topic, and Kafka keeps it for ever', async () => {
  const audit = auditTopic();
  assert.deepEqual(await read(audit, 'j').then((p) => p.items), [], 'before anything is written');
  await append(audit, [entry('j', 1)]);
  assert.deepEqual((await read(audit, 'j')).items, [entry('j', 1)]);
  const admin = new kafkajs.Kafka({ brokers: [kafka.bootstrap], logLevel: kafkajs.logLevel.NOTHING }).admin();
  await admin.connect();
  const described = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: kafkajs.ConfigResourceTypes.TOPIC, name: audit.topic }],
  });
  const [metadata] = (await admin.fetchTopicMetadata({ topics: [audit.topic] })).topics;
  await admin.disconnect();
  const config = new Map(described.resources[0]!.configEntries.map((c) => [c.configName, c.configValue]));
  assert.equal(config.get('cleanup.policy'), 'delete');
  assert.equal(config.get('retention.ms'), '-1');
  assert.equal(config.get('retention.bytes'), '-1');
  assert.equal(metadata!.partitions.length, limits.auditPartitions);
});

test('an entry that was written twice is told once, also where the pages part between the two', async () => {
  const audit = auditTopic();
  await append(audit, entries('j', 1, 10));
  await append(audit, entries('j', 1, 10));
  await append(audit, entries('j', 11, 15));
  for (const limit of [100, 10, 4, 1]) {
    const { items } = await readAll(audit, 'j', limit);
    assert.deepEqual(numbers({ items }), down(15, 1), `pages of ${limit}`);
  }
});

test('what was written again late stands where it happened', async () => {
  const audit = auditTopic();
  await append(audit, entries('j', 1, 4));
  const { newer } = await read(audit, 'j');
  await append(audit, [entry('j', 5), entry('j', 7), entry('j', 2), entry('j', 6)]);
  assert.deepEqual(numbers(await read(audit, 'j')), down(7, 1));
  assert.deepEqual(numbers(await read(audit, 'j', 100, newer)), [5, 6, 7]);
});

test("a job is told its own entries and those of its former lives, no other job's", async () => {
  const audit = auditTopic();
  // So many that some share its partition.
  const others = Array.from({ length: 50 }, (_, i) => `j${i}`);
  const former = entries('j', 1, 3).map((e) => ({ ...e, life: 'life-0' }));
  await append(audit, former);
  for (let seq = 1; seq <= 20; seq++) {
    await append(audit, [entry('j', seq), ...others.map((job) => entry(job, seq))]);
  }
  const { items, pages } = await readAll(audit, 'j', 5);
  assert.deepEqual(numbers({ items }), [...down(20, 1), 3, 2, 1]);
  assert.ok(items.every((e) => e.job === 'j'));
  assert.equal(pages, 5);
});

test('`newer` reads on with what has come since, the oldest first', async () => {
  const audit = auditTopic();
  const nothing = await read(audit, 'j');
  await append(audit, entries('j', 1, 5));
  const first = await read(audit, 'j', 100, nothing.newer);
  assert.deepEqual(numbers(first), [1, 2, 3, 4, 5]);
  const newest = await read(audit, 'j', 2);
  assert.deepEqual(numbers(newest), [5, 4]);
  assert.deepEqual(numbers(await read(audit, 'j', 2, newest.newer)), []);
  await append(audit, entries('j', 4, 8));
  const part = await read(audit, 'j', 2, newest.newer);
  assert.deepEqual(numbers(part), [6, 7], '4 and 5 are known');
  assert.equal(part.next, part.newer);
  const rest = await read(audit, 'j', 2, part.next);
  assert.deepEqual(numbers(rest), [8]);
  assert.equal(rest.next, null);
});

test('a page of large entries ends before it is too large for a payload, and the next goes on', async () => {
  const audit = auditTopic();
  const large = entries('j', 1, 5).map((e) => ({ ...e, why: 'x'.repeat(400_000) }));
  for (const e of large) await append(audit, [e]);
  const page = await read(audit, 'j');
  assert.ok(JSON.stringify(page).length < 2 * 1024 * 1024);
  assert.deepEqual(numbers(page), [5, 4]);
  const { items, pages } = await readAll(audit, 'j', 100);
  assert.deepEqual(numbers({ items }), [5, 4, 3, 2, 1]);
  assert.equal(pages, 3);
});

test('an entry as large as a payload may be is taken', async () => {
  const audit = auditTopic();
  const noise = randomBytes(1_400_000).toString('base64');
  await append(audit, [entry('j', 1, { why: noise })]);
  assert.deepEqual(numbers(await read(audit, 'j')), [1]);
});

test('a scan ends at its bound with what it has found, and goes on from there', async () => {
  const audit = auditTopic();
  await append(audit, [entry('j', 1)]);
  const records = Array.from({ length: 2_000 }, (_, i) => ({ key: 'acme/j', value: `noise ${i}` }));
  await audit.append(records);
  let before: number | null = null;
  const values: string[] = [];
  const taker = {
    full: false,
    take: (v: Buffer) => {
      values.push(v.toString());
      return true;
    },
  };
  let scans = 0;
  do {
    const scan = await readOlder(audit, 'acme/j', before, taker, { records: 500, ms: 60_000 });
    assert.ok(scan.before === null || scan.before < (before ?? Infinity));
    before = scan.before;
    scans++;
  } while (before !== null);
  assert.ok(scans > 1);
  assert.equal(values.length, 2_001);
  assert.equal(values[0], 'noise 1999');
  assert.deepEqual(numbers(await read(audit, 'j')), [1], 'what is no entry is passed over');
});

test('an entry that the broker refuses fails alone', async () => {
  const audit = auditTopic();
  await append(audit, [entry('j', 1)]);
  const noise = randomBytes(limits.auditRecordBytesMax).toString('base64');
  const ends = await Promise.allSettled([
    appendHistory(audit, { entries: [entry('j', 2)] }),
    appendHistory(audit, { entries: [entry('k', 1, { why: noise })] }),
    appendHistory(audit, { entries: [entry('j', 3)] }),
  ]);
  assert.deepEqual(
    ends.map((e) => e.status),
    ['fulfilled', 'rejected', 'fulfilled'],
  );
  assert.deepEqual(numbers(await read(audit, 'j')), [3, 2, 1]);
});

test('what others write to the topic harms nobody: not JSON, no key, no value', async () => {
  const audit = auditTopic();
  await append(audit, [entry('j', 1)]);
  const producer = await RawProducer.open({ bootstrap: kafka.bootstrap });
  for (let p = 0; p < limits.auditPartitions; p++) {
    producer.append(audit.topic, p, { key: null, value: Buffer.from('x') });
    producer.append(audit.topic, p, { key: Buffer.from('acme/j'), value: null });
    producer.append(audit.topic, p, { key: Buffer.from('acme/j'), value: Buffer.from('[1]') });
  }
  await producer.flush();
  await producer.close();
  await append(audit, [entry('j', 2)]);
  assert.deepEqual(numbers(await read(audit, 'j')), [2, 1]);
});

test('a broker that restarts in between costs no entry; the failure in the meantime is worth another try', async () => {
  const audit = auditTopic();
  await append(audit, entries('j', 1, 3));
  await kafka.stop();
  const meanwhile = await appendHistory(audit, { entries: entries('j', 4, 6) }).catch((e: unknown) => e);
  assert.ok(meanwhile instanceof MillraceError, String(meanwhile));
  assert.equal(meanwhile.failure.code, 'kafka_unavailable');
  assert.equal(meanwhile.failure.retry, true);
  await kafka.restart();
  await append(audit, entries('j', 4, 6));
  const { items } = await readAll(audit, 'j', 2);
  assert.deepEqual(numbers({ items }), down(6, 1));
});
