/**
 * How a local query's rows stand one after the other: JSON and CSV as lines, Avro as an object container file. Owns what
 * stands around rows (a header, line ends, blocks); the rows themselves are the kernel's.
 */
import { createHash } from 'node:crypto';
import { type FormatSpec, formatOf } from '../../contracts/format.ts';
import { writeLong } from '../formats/avro/wire.ts';
import { csvHeader } from '../formats/csv/writer.ts';
import type { CompiledQuery } from '../ports.ts';
import { magic } from './container.ts';

export interface Framing {
  /** Before the first row. */
  readonly header: Buffer;
  /** Behind each row. */
  readonly lineEnd: Buffer;
  /** Around the rows of one flush. */
  readonly block: (rows: number, bytes: Buffer) => readonly Buffer[];
}

/** What the kernel is compiled with: a header stands once before all rows, not before each; a file needs no framing per record. */
export function localFormat(spec: FormatSpec): FormatSpec {
  const format = formatOf(spec);
  if (format.kind === 'csv') {
    const { kind: _, ...options } = format;
    return { csv: { ...options, header: false } };
  }
  return format.kind === 'avro' ? 'avro' : spec;
}

const asTheyAre = (_rows: number, bytes: Buffer): readonly Buffer[] => [bytes];

export function framingOf(spec: FormatSpec, query: CompiledQuery): Framing {
  const format = formatOf(spec);
  switch (format.kind) {
    case 'json':
      return { header: Buffer.alloc(0), lineEnd: Buffer.from('\n'), block: asTheyAre };
    case 'csv': {
      const lineEnd = Buffer.from('\r\n');
      const header = format.header ? Buffer.concat([csvHeader(query.output, format), lineEnd]) : Buffer.alloc(0);
      return { header, lineEnd, block: asTheyAre };
    }
    case 'avro':
      return container(query.outputSchema);
  }
}

/** "Object Container Files" of the Avro specification, without compression. */
function container(schema: string): Framing {
  const marker = createHash('md5').update(schema).digest();
  const bytes = (text: string): Buffer => Buffer.concat([long(Buffer.byteLength(text)), Buffer.from(text)]);
  const header = Buffer.concat([
    magic,
    long(2),
    bytes('avro.schema'),
    bytes(schema),
    bytes('avro.codec'),
    bytes('null'),
    long(0),
    marker,
  ]);
  const block = (rows: number, content: Buffer): readonly Buffer[] => [
    long(rows),
    long(content.length),
    content,
    marker,
  ];
  return { header, lineEnd: Buffer.alloc(0), block };
}

function long(v: number): Buffer {
  const room = Buffer.alloc(10);
  return room.subarray(0, writeLong(room, 0, v));
}
