/** Makes a task ready: kernels compiled and warm, topics known, connections open. Owns what a plan needs of the clusters. */
import { failure, MillraceError } from '../../contracts/failure.ts';
import { limits } from '../../contracts/limits.ts';
import type { TaskPlan } from '../../contracts/plan.ts';
import { isFinal, kafkaError } from '../kafka/broker-error.ts';
import type { Cluster, SourceTopic } from '../kafka/cluster.ts';
import { withPatience } from '../kafka/pause.ts';
import { describeSinkTopic, type SinkTopic } from '../sinks/kafka-sink.ts';
import type { Kernels, TopicKernels } from './kernels.ts';
import type { StepMark } from './step-mark.ts';
import { warmUp } from './warm-up.ts';

export interface PreparedPlan {
  readonly kernels: TopicKernels;
  /** Where the source, the group and the transactions are. */
  readonly source: Cluster;
  readonly sourceTopics: readonly SourceTopic[];
  readonly sink: Cluster;
  readonly output: SinkTopic;
  readonly deadLetter: SinkTopic | null;
}

export type FindCluster = (name: string) => Cluster;

/** Without a mark the kernels are not warmed up. Throws MillraceError. */
export async function preparePlan(
  plan: TaskPlan,
  clusters: FindCluster,
  kernels: Kernels,
  mark: StepMark | null,
): Promise<PreparedPlan> {
  const topics = plan.sources.flatMap((s) => s.topics);
  const names = plan.sources.map((s) => s.stream).join(', ');
  const [first, ...others] = topics;
  if (first === undefined)
    throw new MillraceError(failure('invalid_spec', `The job's streams (${names}) have no topic.`));
  const elsewhere = others.find((t) => t.cluster !== first.cluster);
  if (elsewhere !== undefined) {
    const message = `The job's streams (${names}) have topics on the clusters ${first.cluster} and ${elsewhere.cluster}. A job reads one cluster: make a job per cluster.`;
    throw new MillraceError(failure('invalid_spec', message));
  }
  const target = plan.sink.kafka;
  if (plan.delivery === 'exactly_once' && target.cluster !== first.cluster) {
    const message = `exactly_once needs the sink on the source's cluster ${first.cluster}, because a transaction can't span clusters. Use at_least_once, or a sink topic there.`;
    throw new MillraceError(failure('invalid_spec', message));
  }
  const source = clusters(first.cluster);
  const sink = clusters(target.cluster);
  const topicKernels = kernels.get(plan);
  try {
    return await withPatience(
      async () => {
        const sourceTopics: SourceTopic[] = [];
        for (const { topic } of topics) {
          sourceTopics.push(await source.topic(topic));
        }
        const output = await describeSinkTopic(sink, target.topic);
        const deadLetter = plan.errors.policy === 'dlq' ? await describeSinkTopic(sink, plan.errors.topic) : null;
        await openLinks(source, sourceTopics, sink, output);
        if (mark !== null) await warmUp(plan, topicKernels, source, sourceTopics, output, mark);
        return { kernels: topicKernels, source, sourceTopics, sink, output, deadLetter };
      },
      { retriable: (e) => !isFinal(e), forMs: limits.prepareMsMax / 2 },
    );
  } catch (e) {
    throw kafkaError(e, source.bootstrap);
  }
}

async function openLinks(
  source: Cluster,
  topics: readonly SourceTopic[],
  sink: Cluster,
  output: SinkTopic,
): Promise<void> {
  const links: Promise<unknown>[] = [];
  for (const { topic, partitions } of topics) {
    for (let p = 0; p < partitions; p++) links.push(source.leaderLink(topic, p, 'fetch'));
  }
  for (let p = 0; p < output.partitions; p++) links.push(sink.leaderLink(output.topic, p, 'lane-0'));
  await Promise.all(links);
}
