/** Lists as tables: what stands in which column. */
import type { HostSummary, JobSummary, StreamStatus } from '../contracts/status.ts';
import { ageSince, labelText, table } from './table.ts';

export type Rows<T> = (items: readonly T[], wide: boolean) => string;

export const jobRows: Rows<JobSummary> = (jobs, wide) =>
  table(
    ['TENANT', 'NAME', 'STATE', 'FOR', 'REVISION', 'GENERATION', 'AGE', ...(wide ? ['STREAMS', 'PLAN', 'LABELS'] : [])],
    jobs.map((j) => [
      j.tenant,
      j.name,
      j.state,
      j.since === null ? '-' : ageSince(j.since),
      String(j.revision),
      String(j.generation),
      ageSince(j.startedAt),
      ...(wide ? [j.streams.join(','), j.plan, labelText(j.labels)] : []),
    ]),
  );

export const streamRows: Rows<StreamStatus> = (streams, wide) =>
  table(
    ['TENANT', 'NAME', 'REVISION', 'TOPICS', ...(wide ? ['ORDERING', 'LABELS'] : [])],
    streams.map((s) => [
      s.tenant,
      s.name,
      String(s.revision),
      s.spec.topics.map((t) => `${t.cluster}/${t.topic}`).join(','),
      ...(wide ? [s.spec.ordering, labelText(s.labels)] : []),
    ]),
  );

export const hostRows: Rows<HostSummary> = (hosts) =>
  table(
    ['HOST', 'RELEASE', 'LAST SEEN'],
    hosts.map((h) => [h.hostId, h.release, `${ageSince(h.seenAt)} ago`]),
  );
