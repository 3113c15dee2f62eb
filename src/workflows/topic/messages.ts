/** What planning says to a topic's workflow and asks it. */
import { defineQuery, defineUpdate } from '@temporalio/workflow';
import type { ClaimTopic, TopicClaims } from '../../contracts/topic-claims.ts';

/** The workflow's name at the server. */
export const topicWorkflowType = 'topicWorkflow';

/** Argument of the first start. */
export interface TopicStart {
  readonly deployment: string;
  readonly cluster: string;
  readonly topic: string;
}

/** Refused with `stale_revision` where another tenant has claimed it since. */
export const claimTopicUpdate = defineUpdate<TopicClaims, [ClaimTopic]>('claimTopic');
/** Null where it has not been claimed. */
export const claimsQuery = defineQuery<TopicClaims | null>('claims');
