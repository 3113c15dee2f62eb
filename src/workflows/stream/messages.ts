/** What the outside says to a stream's workflow and asks it. */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { StreamSpec } from '../../contracts/spec.ts';
import type { StreamStatus } from '../../contracts/status.ts';

/** The workflow's name at the server. */
export const streamWorkflowType = 'streamWorkflow';

/** Argument of the first start. */
export interface StreamStart {
  readonly deployment: string;
  readonly tenant: string;
  readonly name: string;
}

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
/** Null where no spec has been accepted yet, so that there is no stream. */
export const streamQuery = defineQuery<StreamStatus | null>('stream');
