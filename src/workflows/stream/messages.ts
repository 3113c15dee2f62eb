/** What the outside says to a stream's workflow and asks it. */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { StreamSpec } from '../../contracts/spec.ts';
import type { StreamStatus } from '../../contracts/status.ts';

export interface PutStreamRequest {
  readonly requestId: string;
  readonly spec: StreamSpec;
  readonly labels: Readonly<Record<string, string>>;
  readonly expectedRevision: number | null;
}

export const putStreamUpdate = defineUpdate<StreamStatus, [PutStreamRequest]>('putStream');
export const deleteStreamUpdate = defineUpdate<
  StreamStatus,
  [{ readonly requestId: string; readonly expectedRevision: number | null }]
>('deleteStream');
export const streamQuery = defineQuery<StreamStatus>('stream');
