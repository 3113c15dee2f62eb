/** What every route can answer besides its own. */
import { problem } from '../schemas.ts';

const asProblem = (description: string) => ({
  description,
  content: { 'application/problem+json': { schema: problem } },
});

export const problemResponses = {
  '4xx': asProblem('The request is refused; nothing has been changed'),
  '5xx': asProblem('Something that is needed does not answer'),
} as const;
