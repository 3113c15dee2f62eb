/** Hashes and encodings give what their standards' own examples give, of text and of bytes. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { RecordError } from '../../../../src/pipeline/ports.ts';
import { hashes } from '../../../../src/pipeline/sql/functions/hashes.ts';
import { callsOf } from './call.ts';

const { call, row } = callsOf(hashes);

test('hashes of text are those of its UTF-8 bytes', () => {
  for (const name of ['MD5', 'SHA1', 'SHA224', 'SHA256', 'SHA384', 'SHA512', 'CRC32', 'MURMUR2', 'TO_HEX', 'TO_BASE64'])
    assert.equal(call(name, ['é€😀']), call(name, [Buffer.from('é€😀')]), name);
});

test("hashes are those of their standards' examples", () => {
  assert.equal(call('MD5', ['']), 'd41d8cd98f00b204e9800998ecf8427e');
  assert.equal(call('MD5', ['message digest']), 'f96b697d7cb7938d525a2f31aaf161d0');
  assert.equal(call('SHA1', ['abc']), 'a9993e364706816aba3e25717850c26c9cd0d89d');
  assert.equal(call('SHA256', ['abc']), 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  assert.equal(call('SHA2', ['abc', 256]), call('SHA256', ['abc']));
  assert.equal(call('SHA2', ['abc', 384]), call('SHA384', ['abc']));
  assert.equal(call('CRC32', ['123456789']), 0xcbf43926);
});

test("MURMUR2 is Kafka's: the cases of its own UtilsTest", () => {
  const cases: readonly (readonly [string, number])[] = [
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ];
  for (const [key, expected] of cases) assert.equal(call('MURMUR2', [key]), expected, key);
});

test('SHA2 of a length that does not exist is an error of the record', () => {
  assert.throws(() => call('SHA2', ['abc', 0]), RecordError);
});

test('encodings give back the bytes they were made of', () => {
  for (const bytes of [Buffer.alloc(0), Buffer.from([0]), Buffer.from([0xff, 0xfe]), Buffer.from('any text')]) {
    assert.deepEqual(call('FROM_HEX', [call('TO_HEX', [bytes])]), bytes);
    assert.deepEqual(call('FROM_BASE64', [call('TO_BASE64', [bytes])]), bytes);
  }
});

test('text that is no encoding of bytes is NULL', () => {
  for (const text of ['0', '0g', ' 00', '00 ', '0x00']) assert.equal(call('FROM_HEX', [text]), null, text);
  for (const text of ['A', 'AA', 'AA=', 'A===', 'AA==AA==', 'AA==\n', 'A-_=', 'AP8= '])
    assert.equal(call('FROM_BASE64', [text]), null, text);
});

test('hashes take text and bytes only', () => {
  assert.match(row('MD5').check!([{ type: { kind: 'INT' }, nullable: false }])!, /VARCHAR or BYTES.*INT NOT NULL/);
});
