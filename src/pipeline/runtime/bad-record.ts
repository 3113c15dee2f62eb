/** The record, or the batch, at which a job stops, and what its owner is told. */
import { type Failure, failure, type RecordPosition } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { RecordError } from '../ports.ts';

export class BadRecord extends Error {
  override readonly name = 'BadRecord';
  readonly failure: Failure;
  constructor(f: Failure) {
    super(f.message);
    this.failure = f;
  }
}

/** Stopped by the job's error policy. */
export function badRecord(record: RecordPosition, e: RecordError): Failure {
  const where = `${record.topic}/${record.partition} at offset ${record.offset}`;
  const remedy = 'Change the query, or the error policy to skip or dlq; the job resumes from this record.';
  const cause = e.message.slice(0, limits.recordCauseCharsMax);
  return failure(e.code, `The record of ${where} failed (${e.stage}): ${cause} ${remedy}`, { stage: e.stage, record });
}
