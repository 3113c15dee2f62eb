/** Rows of one record into the sink's batches: keys, headers, tombstones, partitions, and all of them or none. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { OpenBatch } from '../../../../src/pipeline/kafka/batch-builder.ts';
import { BufferPool } from '../../../../src/pipeline/kafka/buffer-pool.ts';
import { finishBatch } from '../../../../src/pipeline/kafka/finish-batch.ts';
import { encodeHeaders, noHeaders } from '../../../../src/pipeline/kafka/headers.ts';
import { partitionOfKey } from '../../../../src/pipeline/kafka/murmur2.ts';
import { RecordCursor } from '../../../../src/pipeline/kafka/record-cursor.ts';
import { type Kernel, REJECTED, RecordError } from '../../../../src/pipeline/ports.ts';
import { RowWriter } from '../../../../src/pipeline/runtime/row-writer.ts';
import { KafkaSink, type SinkOptions } from '../../../../src/pipeline/sinks/kafka-sink.ts';

interface Read {
  readonly partition: number;
  readonly timestamp: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly headers: readonly (readonly [string, string | null])[];
}

const partitions = 7;
const output = {
  topic: 'out',
  id: '',
  isOwnBound: false,
  partitions,
  bounds: { batchBytes: 50_000, topicBytes: 60_000 },
};

/** The sink's records, as a consumer would find them. */
function written(options: Partial<SinkOptions>, work: (sink: KafkaSink) => void): Read[] {
  const batches: OpenBatch[] = [];
  const full = { partitioning: 'source', headers: noHeaders, compression: 'none', ...options } as const;
  const sink = new KafkaSink(output, null, full, new BufferPool(), (b) => batches.push(b));
  work(sink);
  sink.flush();
  return batches.flatMap((b) => {
    const bytes = finishBatch(b, { producerId: '1', producerEpoch: 0 }, 0, false);
    const cursor = new RecordCursor();
    cursor.open(bytes, 0, bytes.length);
    const text = (start: number, end: number) => (start < 0 ? null : cursor.buf.toString('utf8', start, end));
    const found: Read[] = [];
    while (cursor.next()) {
      const headers: [string, string | null][] = [];
      if (cursor.headerCount > 0) cursor.eachHeader((ns, ne, vs, ve) => headers.push([text(ns, ne)!, text(vs, ve)]));
      const { timestamp, keyStart, keyEnd, valueStart, valueEnd } = cursor;
      found.push({
        partition: b.partition,
        timestamp,
        key: text(keyStart, keyEnd),
        value: text(valueStart, valueEnd),
        headers,
      });
    }
    return found;
  });
}

/** A cursor at one record of the input. */
function at(key: string | null, value: string): RecordCursor {
  const cursor = new RecordCursor();
  const keyBytes = Buffer.from(key ?? '');
  cursor.buf = Buffer.concat([keyBytes, Buffer.from(value)]);
  cursor.timestamp = 1234;
  [cursor.keyStart, cursor.keyEnd] = key === null ? [-1, -1] : [0, keyBytes.length];
  [cursor.valueStart, cursor.valueEnd] = [keyBytes.length, cursor.buf.length];
  return cursor;
}

/** Each word of the body becomes a row: `key=value/header`; a value or header of `-` is null, and `!` is an error. */
const words: Kernel = {
  source: 'by hand',
  shape: 'rows',
  parts: { key: true, headers: ['h'] },
  readsRecord: false,
  notes: [],
  run(src, start, end, dst, first, rows) {
    let to = first;
    const part = (text: string): void => {
      if (text === '-') {
        rows.part(-1, -1);
        return;
      }
      const bytes = Buffer.from(text);
      if (to + bytes.length <= dst.length) bytes.copy(dst, to);
      rows.part(to, to + bytes.length);
      to += bytes.length;
    };
    for (const word of src
      .toString('utf8', start, end)
      .split(' ')
      .filter((w) => w !== '')) {
      if (word === '!') throw new RecordError('sql', 'marked');
      const [, key, value, header] = /^(.*)=(.*)\/(.*)$/.exec(word)!;
      part(key!);
      part(value === '#' ? 'v'.repeat(200_000) : value!);
      part(header!);
      rows.row();
    }
    return rows.count === 0 ? REJECTED : to;
  },
};

test('each row has its own key, value and headers, its source’s timestamp, and the partition that Kafka’s clients give its key', () => {
  const rows = written({ partitioning: 'key' }, (sink) => {
    assert.equal(new RowWriter(words, sink).write(at('k', 'a=1/x bb=-/y -=3/-'), 2), 3);
  });
  const of = (key: string) => partitionOfKey(Buffer.from(key), 0, key.length, partitions);
  const byValue = (r: Read) => String(r.value);
  assert.deepEqual(
    rows.sort((a, b) => byValue(a).localeCompare(byValue(b))),
    [
      { partition: of('a'), timestamp: 1234, key: 'a', value: '1', headers: [['h', 'x']] },
      { partition: 2, timestamp: 1234, key: null, value: '3', headers: [['h', null]] },
      { partition: of('bb'), timestamp: 1234, key: 'bb', value: null, headers: [['h', 'y']] },
    ],
  );
});

test('partitioned by source, all rows go where their input partition goes, whatever their keys', () => {
  const rows = written({}, (sink) => new RowWriter(words, sink).write(at(null, 'a=1/x bb=2/y'), 9));
  assert.deepEqual(
    rows.map((r) => r.partition),
    [2, 2],
  );
});

test('a record that fails, or one of whose rows is too large, leaves no row, and the next is written', () => {
  const rows = written({}, (sink) => {
    const writer = new RowWriter(words, sink);
    assert.throws(() => writer.write(at(null, 'a=1/x !'), 0), RecordError);
    assert.throws(
      () => writer.write(at(null, 'a=2/x b=#/y'), 0),
      (e) => e instanceof RecordError && e.stage === 'sink',
    );
    assert.equal(writer.write(at(null, 'a=3/x'), 0), 1);
    assert.equal(writer.write(at(null, ''), 0), 0);
  });
  assert.deepEqual(
    rows.map((r) => r.value),
    ['3'],
  );
});

test('rows that need more room than there is are written after all', () => {
  const many = Array.from({ length: 9000 }, (_, n) => `k=${'x'.repeat(20)}${n}/h`).join(' ');
  const rows = written({}, (sink) => assert.equal(new RowWriter(words, sink).write(at(null, many), 0), 9000));
  assert.equal(rows.length, 9000);
  assert.equal(rows[8999]!.value, `${'x'.repeat(20)}8999`);
});

test('a tombstone keeps its key and has no value', () => {
  const rows = written({ partitioning: 'key' }, (sink) => new RowWriter(words, sink).tombstone(at('gone', ''), 0));
  const partition = partitionOfKey(Buffer.from('gone'), 0, 4, partitions);
  assert.deepEqual(rows, [{ partition, timestamp: 1234, key: 'gone', value: null, headers: [] }]);
});

test('headers that every record carries stand beside its own', () => {
  const headers = encodeHeaders([[Buffer.from('schema'), Buffer.from('id')]]);
  const value: Kernel = {
    ...words,
    shape: 'value',
    parts: { key: false, headers: [] },
    run: (src, start, end, dst, to) => to + src.copy(dst, to, start, end),
  };
  const rows = written({ headers }, (sink) => {
    new RowWriter(value, sink).write(at('k', 'plain'), 0);
    new RowWriter(words, sink).write(at('k', 'a=1/x'), 0);
  });
  assert.deepEqual(
    rows.map((r) => [r.key, r.value, r.headers]),
    [
      ['k', 'plain', [['schema', 'id']]],
      [
        'a',
        '1',
        [
          ['schema', 'id'],
          ['h', 'x'],
        ],
      ],
    ],
  );
});
