/** Fetches and compiles the oracles before the first test counts its time. Where that can't be, the tests say why and go by the committed answers. */
import { withoutJava } from '../support/java.ts';
import { withoutPython } from '../support/python.ts';
import { avroForJava } from './avro/java.ts';
import { avroForPython } from './avro/python.ts';
import { calcite } from './sql/calcite.ts';

export async function prefetchOracles(): Promise<void> {
  // One after the other: Maven at work twice would fetch the same into its repository.
  for (const program of [avroForJava, calcite]) await withoutJava(program);
  await withoutPython(avroForPython);
}
