/** A generated function that finds where a record ends, for files whose records stand one directly after the other. */
import { diagnose } from '../avro/diagnose.ts';
import { sharedRecords } from '../avro/measure.ts';
import type { AvroSchema } from '../avro/schema.ts';
import { RecordError } from '../ports.ts';
import { type Code, js } from './code.ts';
import { Emitter } from './emitter.ts';
import { evaluate } from './function.ts';
import { AvroReader, frame } from './read.ts';
import { Fault, wire } from './wire.ts';

/** Where the record that begins at `start` ends. Throws RecordError where it doesn't end before `end`. */
export type Skipper = (src: Buffer, start: number, end: number) => number;

export function makeSkipper(schema: AvroSchema): Skipper {
  const emitter = new Emitter();
  const reader = new AvroReader(emitter, sharedRecords(schema));
  const body = emitter.body(() => {
    reader.skip(schema);
    reader.check();
  });
  const explain = (cause: unknown, src: Buffer, start: number, end: number): unknown =>
    cause instanceof Fault ? new RecordError('decode', diagnose(schema, src, start, end)) : cause;
  const code = js`${emitter.functions as readonly Code[]}
return function skip(src, start, end) {
let p = start;
${frame}
try {
${emitter.bind(wire, 'wire')}.empty = 0;
${body}
return p;
} catch (cause) {
throw ${emitter.bind(explain, 'explain')}(cause, src, start, end);
}
};`;
  return evaluate<Skipper>(code, emitter.bindings);
}
