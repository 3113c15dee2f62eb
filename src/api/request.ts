/**
 * What a request says besides its body: path, query and headers, as the client's options. Every route's parameter
 * schemas stand here, so that the same parameter is described and refused in the same words everywhere.
 */
import { z } from 'zod';
import type { ChangeOptions } from '../client/port.ts';
import { mistakeOfRequestId } from '../contracts/asking.ts';
import { limits } from '../contracts/limits.ts';
import { jobDocument, streamDocument } from '../contracts/spec.ts';
import { jobStates } from '../contracts/status.ts';
import { HttpProblem } from './problem.ts';

/** Who asks and doesn't say so. The name of this process's user would say nothing about them. */
const nobody = 'anonymous';

const job = jobDocument.shape.metadata.shape;
const stream = streamDocument.shape.metadata.shape;

export const tenantPath = z.object({ tenant: job.tenant });
export const jobPath = z.object({ tenant: job.tenant, job: job.name });
export const streamPath = z.object({ tenant: stream.tenant, stream: stream.name });

const limit = z.coerce
  .number()
  .int()
  .min(1)
  .max(limits.pageRowsMax)
  .default(limits.pageRowsDefault)
  .describe('rows of a page');
const cursor = z.string().max(4096).exactOptional().describe('`next` of the page before');

export const pageQuery = z.object({ limit, cursor });

const label = z
  .string()
  .max(2 * limits.labelCharsMax + 1)
  .regex(/^[^=\\'"\p{Cc}]+=[^=\\'"\p{Cc}]*$/u, 'key=value');

export const jobsQuery = z.object({
  state: z.enum(jobStates).exactOptional().describe('jobs in this state'),
  stream: stream.name.exactOptional().describe('jobs that read this stream'),
  label: z
    .union([label, z.array(label).max(limits.labelsMax)])
    .exactOptional()
    .describe('`key=value`; several must all be there'),
  limit,
  cursor,
});

const flag = z
  .enum(['true', 'false'])
  .default('false')
  .transform((v) => v === 'true');

const inFlightOnly = flag.describe('refuse a change that would have to drain and replace');

export const putQuery = z.object({ dryRun: flag.describe('only check, compile and compare') });
export const putJobQuery = putQuery.extend({
  paused: flag.describe('create it paused: it runs when it is resumed. Of no effect on a job that exists'),
  inFlightOnly,
});
export const rollbackQuery = z.object({ inFlightOnly });
export const deleteQuery = z.object({
  mode: z
    .enum(['drain', 'cancel'])
    .default('drain')
    .describe('drain: finish and commit what has been read. cancel: stop at once. Both lose nothing'),
});

export const changeHeaders = z.object({
  'if-match': z.string().exactOptional().describe('the revision that the change is based on, in quotes'),
  'if-none-match': z.string().exactOptional().describe('`*`: must not exist yet'),
  'idempotency-key': z
    .string()
    .exactOptional()
    .describe(`the same key twice gives the same answer; at most ${limits.requestIdCharsMax} characters`),
});

/** Heads are bytes: read as UTF-8, which is what people write in. */
const text = (max: number, description: string) =>
  z
    .string()
    .transform((head) => Buffer.from(head, 'latin1').toString('utf8').trim())
    .pipe(z.string().min(1).max(max))
    .exactOptional()
    .describe(`${description}, for the history; UTF-8, at most ${max} characters`);

/** What is kept in a history also says who asks, and why. */
const actorHeaders = {
  'millrace-actor': text(limits.actorCharsMax, `who asks (${nobody} where it is left out)`),
  'millrace-reason': text(limits.reasonCharsMax, 'why'),
};
export const jobHeaders = changeHeaders.extend(actorHeaders);
/** Of what has no revisions. */
export const askerHeaders = changeHeaders.pick({ 'idempotency-key': true }).extend(actorHeaders);

/** Throws HttpProblem `bad_request`. */
export function jobOptions(headers: z.output<typeof jobHeaders>): ChangeOptions {
  return { ...changeOptions(headers), ...askerOptions(headers) };
}

/** Throws HttpProblem `bad_request`. */
export function askerOptions(headers: z.output<typeof askerHeaders>): Omit<ChangeOptions, 'expectedRevision'> {
  const key = headers['idempotency-key'];
  const why = headers['millrace-reason'];
  return {
    ...(key === undefined ? {} : { requestId: requestIdOf(key) }),
    by: headers['millrace-actor'] ?? nobody,
    ...(why === undefined ? {} : { why }),
  };
}

/** The conditions of a change. Throws HttpProblem `bad_request`. */
export function changeOptions(headers: z.output<typeof changeHeaders>): ChangeOptions {
  const match = headers['if-match'];
  const none = headers['if-none-match'];
  if (match !== undefined && none !== undefined) {
    throw badHeader('if-match', 'If-Match and If-None-Match exclude each other', 'send one of them');
  }
  if (none !== undefined && none.trim() !== '*') {
    throw badHeader('if-none-match', 'only * is understood', 'send If-None-Match: * to create, or If-Match to change');
  }
  const key = headers['idempotency-key'];
  return {
    ...(match === undefined ? {} : { expectedRevision: revisionOf(match) }),
    ...(none === undefined ? {} : { expectedRevision: 0 }),
    ...(key === undefined ? {} : { requestId: requestIdOf(key) }),
  };
}

function revisionOf(tag: string): number {
  const digits = /^"?(\d{1,15})"?$/.exec(tag.trim())?.[1];
  if (digits !== undefined) return Number(digits);
  throw badHeader('if-match', `${tag} is not a revision`, 'send back the ETag of the resource, such as "3"');
}

function requestIdOf(key: string): string {
  const plain = key.trim().replace(/^"(.*)"$/, '$1');
  const max = limits.requestIdCharsMax;
  const fits = /^[\x21-\x7e]+$/.test(plain) && plain.length <= max;
  const mistake = fits ? mistakeOfRequestId(plain) : `must have 1 to ${max} visible ASCII characters`;
  if (mistake === null) return plain;
  throw badHeader('idempotency-key', mistake, 'send a UUID');
}

function badHeader(parameter: string, message: string, remedy: string): HttpProblem {
  return new HttpProblem('bad_request', `The header ${parameter} is wrong: ${message}.`, [
    { parameter, message, remedy },
  ]);
}

export const etag = (revision: number): string => `"${revision}"`;
