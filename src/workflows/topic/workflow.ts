/**
 * The durable memory of who writes one topic. One workflow holds it, so two tenants that claim a topic at the same moment do so
 * one after the other. It says nothing of who reads the topic, and does nothing by itself.
 */
import {
  allHandlersFinished,
  condition,
  continueAsNew,
  setCurrentDetails,
  setHandler,
  workflowInfo,
} from '@temporalio/workflow';
import { failure } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import { claimed, isStale, type TopicClaims } from '../../contracts/topic-claims.ts';
import { refusal } from '../failure.ts';
import { upgraded, type Versioned, versionAfter } from '../upgrade.ts';
import { claimsQuery, claimTopicUpdate, type TopicStart } from './messages.ts';
import { topicSteps } from './upgrade-steps.ts';

/** Argument and state in one: plain JSON. */
export interface TopicData extends TopicStart, Versioned {
  readonly claims: TopicClaims;
}

export async function topicWorkflow(argument: TopicStart | TopicData): Promise<void> {
  const { deployment, cluster, topic } = argument;
  let claims: TopicClaims | null =
    'claims' in argument ? upgraded(`topic ${topic}`, argument, topicSteps).claims : null;
  setHandler(
    claimTopicUpdate,
    (request) => {
      claims = claimed(claims, request, Date.now());
      setCurrentDetails(`### \`${topic}\` on \`${cluster}\`\nwritten by jobs of ${claims.tenant}`);
      return claims;
    },
    {
      validator: (request) => {
        if (!isStale(claims, request)) return;
        throw refusal(failure('stale_revision', `The topic ${topic} has been claimed meanwhile: try again.`));
      },
    },
  );
  setHandler(claimsQuery, () => claims);

  await condition(() => claims !== null, limits.firstApplyMs, { summary: 'longest wait for the first claim' });
  const current = (): TopicClaims | null => claims;
  if (current() === null) return;
  await condition(
    () => workflowInfo().continueAsNewSuggested || workflowInfo().historyLength >= limits.historyEventsMax,
  );
  await condition(allHandlersFinished);
  await continueAsNew<typeof topicWorkflow>({
    stateVersion: versionAfter(topicSteps),
    deployment,
    cluster,
    topic,
    claims: current() as TopicClaims,
  });
}
