/** What planning refuses, as a verdict: a spec that can't be compiled has nothing to compare, and reads like any other change. Pure. */
import type { Failure, FailureCode, Problem } from '../contracts/failure.ts';
import type { Verdict, VerdictReason } from '../contracts/verdict.ts';

type Said = Pick<VerdictReason, 'path' | 'why' | 'remedy'>;

/** Where a failure without places is about, why it stands in the way, and what helps where nobody says better. */
const refusals: Partial<Readonly<Record<FailureCode, Said>>> = {
  invalid_spec: {
    path: '/spec',
    why: 'No job can be what the document says.',
    remedy: 'Correct the document.',
  },
  invalid_sql: {
    path: '/spec/sql',
    why: 'The query does not compile against its streams as they are now: a column may be gone or have another type.',
    remedy: 'Correct the query, or put the column back into the schema of the stream.',
  },
  invalid_schema: {
    path: '/spec/sql',
    why: 'The query can not read its stream by the schema that the stream has now.',
    remedy: 'Correct the schema of the stream.',
  },
  unknown_stream: {
    path: '/spec/sql',
    why: 'The tenant has no such stream, so there is nothing to read.',
    remedy: 'Apply the stream first, or correct its name in the query.',
  },
  topic_missing: {
    path: '/spec/sql',
    why: "A stream's topics belong to those who write them: Millrace creates those only of which the stream says the partitions.",
    remedy: 'Create the topic, say its partitions in the stream, or take it out.',
  },
  foreign_topic: {
    path: '/spec/sink/kafka/topic',
    why: "A tenant's records must not stand among those of another, or of a system.",
    remedy: 'Write to a topic of your own.',
  },
  quota_exceeded: {
    path: '/spec',
    why: 'A tenant has a share of the hosts, so that nobody takes the place of others.',
    remedy: 'Stop a job that is not needed, or ask for a larger share.',
  },
};

const other: Said = { path: '/spec', why: 'The new plan could not be made.', remedy: '' };

/** `problems`: what the failure came with; each becomes a reason of its own. */
export function refusedVerdict({ code, message }: Failure, problems: readonly Problem[]): Verdict {
  const said = refusals[code] ?? other;
  const all: readonly Problem[] = problems.length > 0 ? problems : [{ path: said.path, message }];
  const reasons = all.map((p): VerdictReason => {
    const place = p.position === undefined ? '' : `line ${p.position.line}, column ${p.position.column}: `;
    const { why } = said;
    return { path: p.path, kind: 'refused', what: `${place}${p.message}`, why, remedy: p.remedy ?? said.remedy };
  });
  return { kind: 'refused', reasons };
}
