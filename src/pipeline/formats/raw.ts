/**
 * Emits the bytes of a key or a header: a VARCHAR as UTF-8, BYTES as they are, nothing around them. The binder has cast
 * everything else to VARCHAR. NULL is the caller's.
 */
import type { Code } from '../kernel/code.ts';
import { js } from '../kernel/code.ts';
import { text } from '../kernel/compare.ts';
import type { Emitter } from '../kernel/emitter.ts';
import type { Operand } from '../kernel/operand.ts';
import { copyBytes } from './avro/wire.ts';

/** UTF-8 of a text, without anything around it. */
function writeUtf8(dst: Buffer, at: number, value: string): number {
  const length = Buffer.byteLength(value);
  if (at + length <= dst.length) dst.write(value, at, length, 'utf8');
  return at + length;
}

const writeBuffer = (dst: Buffer, at: number, bytes: Buffer): number => copyBytes(bytes, 0, bytes.length, dst, at);

/** The statement that writes a value that is not NULL at `dst[at]`. */
export function writeRaw(e: Emitter, o: Operand): Code {
  if (o.as === 'slice' && o.fold === undefined)
    return js`at = ${e.bind(copyBytes, 'copyBytes')}(src, ${o.start}, ${o.end}, dst, at);`;
  if (o.as === 'value') return js`at = ${e.bind(writeBuffer, 'writeBuffer')}(dst, at, ${o.value});`;
  return js`at = ${e.bind(writeUtf8, 'writeUtf8')}(dst, at, ${text(e, o)});`;
}
