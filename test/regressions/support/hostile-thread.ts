/** A thread that runs one query over one record that it makes itself, and says what came of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { compileQuery } from '../../../src/pipeline/compile.ts';
import { RecordError } from '../../../src/pipeline/ports.ts';
import { numbered } from '../../../src/pipeline/query/source-record.ts';
import { Rows } from '../../../src/pipeline/rows.ts';

export interface HostileCase {
  readonly sql: string;
  /** What the text is made of, and how many characters it has about. */
  readonly text?: readonly [piece: string, characters: number];
  /** Empty texts in the list. */
  readonly list?: number;
  /** Entries of the map. */
  readonly map?: number;
}

/** Zigzag. */
function varint(n: number): Buffer {
  const bytes: number[] = [];
  for (let z = 2 * n; ; z = Math.floor(z / 128)) {
    if (z < 128) return Buffer.from([...bytes, z]);
    bytes.push((z % 128) | 128);
  }
}

function body({ text: [piece, characters] = ['', 0], list = 0, map = 0 }: HostileCase): Buffer {
  const text = Buffer.alloc(
    Buffer.byteLength(piece) * Math.floor(characters / Math.max(piece.length, 1)),
    piece || 'x',
  );
  const entries = Buffer.alloc(9 * map);
  for (let i = 0; i < map; i++) {
    entries[9 * i] = 14;
    entries.write(i.toString(36).padStart(7, '0'), 9 * i + 1, 'latin1');
  }
  const ofList = list === 0 ? [] : [varint(list), Buffer.alloc(list)];
  const ofMap = map === 0 ? [] : [varint(map), entries];
  return Buffer.concat([varint(text.length), text, ...ofList, varint(0), ...ofMap, varint(0)]);
}

const given = workerData as HostileCase & { readonly schema: string };
const { schema } = given;
const sql = `SELECT ${given.sql} AS v FROM t`;
const kernel = compileQuery({ sql, streams: { t: schema }, format: 'json' }).kernel('t', schema);
const src = body(given);
try {
  const end = kernel.run(src, 0, src.length, Buffer.alloc(4096), 0, new Rows(), numbered());
  parentPort!.postMessage(end > 0 ? 'a row' : `an end at ${end}`);
} catch (e) {
  parentPort!.postMessage(e instanceof RecordError ? `${e.stage}: ${e.message}` : `unforeseen: ${e}`);
}
