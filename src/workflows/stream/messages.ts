/** What the outside says to a stream's workflow and asks it. */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { StreamSpec, StreamTopic } from '../../contracts/spec.ts';
import type { StreamStatus } from '../../contracts/status.ts';

/** The workflow's name at the server. */
export const streamWorkflowType = 'streamWorkflow';

/** Argument of the first start. */
export interface StreamStart {
  readonly deployment: string;
  readonly tenant: string;
  readonly name: string;
}

/** What every request says of itself; who asks isn't said, since streams have no history. */
export interface StreamAsking {
  readonly requestId: string;
  /** Names everything that is asked: the same id with another is refused. */
  readonly digest: string;
  readonly expectedRevision: number | null;
}

export interface PutStreamRequest extends StreamAsking {
  readonly spec: StreamSpec;
  readonly labels: Readonly<Record<string, string>>;
}

/** The name at the server of the short workflow that makes a stream's topics, before the stream is put. */
export const makeTopicsWorkflowType = 'makeTopicsWorkflow';

export interface MakeStreamTopics extends StreamStart {
  readonly topics: readonly StreamTopic[];
}

export const putStreamUpdate = defineUpdate<StreamStatus, [PutStreamRequest]>('putStream');
export const deleteStreamUpdate = defineUpdate<StreamStatus, [StreamAsking]>('deleteStream');
/** Null where no spec has been accepted yet, so that there is no stream. */
export const streamQuery = defineQuery<StreamStatus | null>('stream');
