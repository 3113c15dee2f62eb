/**
 * The second oracle was asked what it is known to misread, once in some twenty runs of the tests, and its answer taken for a
 * difference: a field that the reader lacks and every object has, and longs whose zig-zag code a double can't hold.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readByAvsc } from '../oracle/avro/avsc.ts';
import { encode } from '../oracle/avro/encode.ts';
import { type Primitive, type RecordNode, schemaText, type Value } from '../oracle/avro/model.ts';
import type { Pair } from '../oracle/avro/pair.ts';
import { Choices } from '../oracle/choices.ts';

type Fields = readonly (readonly [name: string, type: Primitive])[];

const record = (fields: Fields): RecordNode => ({
  kind: 'record',
  name: 'R',
  aliases: [],
  fields: fields.map(([name, kind]) => ({ name, aliases: [], type: { kind } })),
});

function pair(written: Fields, read: Fields, value: Value[]): Pair {
  const [writer, reader] = [record(written), record(read)];
  const body = encode(writer, value, new Choices([]));
  return { writer, reader, value, writerText: schemaText(writer), readerText: schemaText(reader), body };
}

test('avsc is not asked about a field that every object has', () => {
  // Read as if it weren't there, the first field is the second one's length, and not a byte is left over.
  const beside = (name: string): string | undefined =>
    readByAvsc(
      pair(
        [
          [name, 'int'],
          ['a', 'bytes'],
        ],
        [['a', 'bytes']],
        [2, Buffer.of(0x41)],
      ),
    );
  assert.equal(beside('toString'), undefined);
  assert.equal(beside('text'), '{"a":"x41"}');
});

test('avsc is not asked about a long of more than 53 bits with its sign', () => {
  const promoted = (value: bigint): string | undefined => readByAvsc(pair([['a', 'long']], [['a', 'double']], [value]));
  assert.equal(promoted(2n ** 52n), undefined);
  assert.equal(promoted(-(2n ** 52n) - 1n), undefined);
  assert.equal(promoted(2n ** 52n - 1n), '{"a":"d432ffffffffffffe"}');
  assert.equal(promoted(-(2n ** 52n)), '{"a":"dc330000000000000"}');
});
