/** A job that is made anew goes on at the offsets that an earlier life of its name left: what its owner is told of it. Pure. */

import type { Standing } from './positions.ts';
import type { JobSpec } from './spec.ts';

/** Topics that are told by name. */
const topicsToldMax = 3;

/** Null where it left none. `standing`: of the topics that it is to read. */
export function earlierLifeNote(
  { tenant, name, spec }: { readonly tenant: string; readonly name: string; readonly spec: Pick<JobSpec, 'start'> },
  group: string,
  standing: Readonly<Record<string, Standing>>,
): string | null {
  const known = Object.entries(standing).flatMap(([topic, s]) => (Object.keys(s.offsets).length > 0 ? [topic] : []));
  if (known.length === 0) return null;
  const more = known.length > topicsToldMax ? ` and ${known.length - topicsToldMax} more` : '';
  const topics = `${known.slice(0, topicsToldMax).join(', ')}${more}`;
  const { start } = spec;
  const [written, to] =
    typeof start === 'string' ? [start, start] : [`{ timestamp: ${start.timestamp} }`, start.timestamp];
  return (
    `The job goes on where an earlier life of ${tenant}/${name} ended: the group ${group} has offsets of ${topics}. ` +
    `\`start: ${written}\` is only for what it has none of. To read from there, rewind it (\`millrace rewind job ${name} --to ${to}\`), or apply it under another name.`
  );
}
