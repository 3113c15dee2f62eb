/** The workflow bundle's entry: exports the workflows and nothing else. */
export { readHistoryWorkflow } from './history/workflow.ts';
export { jobWorkflow } from './job/workflow.ts';
export { planJobWorkflow } from './plan/workflow.ts';
export { readOutcomesWorkflow } from './rollout/read-outcomes.ts';
export { rolloutWorkflow } from './rollout/workflow.ts';
export { makeTopicsWorkflow } from './stream/make-topics.ts';
export { streamWorkflow } from './stream/workflow.ts';
export { topicWorkflow } from './topic/workflow.ts';
