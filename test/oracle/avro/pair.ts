/** One question to the oracles: what was written, by which schema, and by which schema it is to be read. */
import fc from 'fast-check';
import { Choices, numbers } from '../choices.ts';
import { encode } from './encode.ts';
import { evolve } from './evolve.ts';
import type { Question } from './java.ts';
import { childrenOf, type Node, type RecordNode, schemaText, type Value } from './model.ts';
import { SchemaMaker } from './schemas.ts';
import { anyValue } from './values.ts';

export interface Pair {
  readonly writer: RecordNode;
  readonly reader: RecordNode;
  readonly value: Value;
  readonly writerText: string;
  readonly readerText: string;
  readonly body: Buffer;
}

export const questionOf = ({ writerText, readerText, body }: Pair): Question => ({
  writer: writerText,
  reader: readerText,
  hex: body.toString('hex'),
});

export const pairs: fc.Arbitrary<Pair> = fc
  .tuple(fc.boolean(), numbers(150), numbers(150), numbers(250))
  .map(([spaced, forSchema, forReader, forValue]) => {
    const writer = new SchemaMaker(new Choices(forSchema), spaced, '').record(0);
    const reader = evolve(writer, new Choices(forReader));
    dropRecordDefaults(writer, new Set());
    const choices = new Choices(forValue);
    const value = anyValue(writer, choices);
    const [writerText, readerText] = [schemaText(writer), schemaText(reader)];
    return withText({ writer, reader, value, writerText, readerText, body: encode(writer, value, choices) });
  });

/**
 * Java applies aliases by writing the writer's schema anew with the reader's names, and then refuses the writer's own defaults
 * that still have the old ones. A writer's defaults mean nothing to reading, so those that hold records are left out.
 */
function dropRecordDefaults(node: Node, seen: Set<Node>): void {
  if (seen.has(node)) return;
  seen.add(node);
  for (const inner of childrenOf(node)) dropRecordDefaults(inner, seen);
  if (node.kind === 'record') for (const field of node.fields) if (holdsRecord(field.type)) delete field.default;
}

const holdsRecord = (node: Node): boolean => node.kind === 'record' || childrenOf(node).some(holdsRecord);

/** fast-check shows it by this. */
function withText(pair: Pair): Pair {
  const text = `\n  writer ${pair.writerText}\n  reader ${pair.readerText}\n  body ${pair.body.toString('hex')}\n`;
  return Object.assign(pair, { [fc.toStringMethod]: () => text });
}
