/** Kafka's answer that it won't take records for what they are: definite, no batch that is named here was written. */
import type { OpenBatch } from './batch-builder.ts';
import { errorName } from './error-codes.ts';

export interface RefusedBatch {
  readonly batch: OpenBatch;
  readonly code: number;
  /** Which of its records, from 0 (KIP-467); none where the broker doesn't say. */
  readonly indexes: readonly number[];
  /** What the broker says. */
  readonly message: string | null;
}

export class RecordsRefused extends Error {
  override readonly name = 'RecordsRefused';
  readonly batches: readonly RefusedBatch[];
  constructor(batches: readonly RefusedBatch[]) {
    const [first] = batches;
    super(first === undefined ? 'Kafka refused records.' : refusalText(first));
    this.batches = batches;
  }
}

export function refusalText({ batch, code, message }: RefusedBatch): string {
  const said = message === null ? '' : ` (${message})`;
  return `Kafka refused a record for the topic ${batch.topic} with ${errorName(code)}${said}.`;
}
