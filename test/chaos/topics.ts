/** What befalls topics: they get more partitions, and other leaders. */
import { patiently } from './patience.ts';
import { withAdmin } from './read.ts';

export const addPartitions = (bootstrap: string, topic: string, count: number): Promise<boolean> =>
  patiently('add partitions', () =>
    withAdmin(bootstrap, (admin) => admin.createPartitions({ topicPartitions: [{ topic, count }] })),
  );

/** Takes each partition's leader out of its replicas, so that another leads. False where there is no such topic yet. */
export async function moveLeaders(bootstrap: string, topic: string): Promise<boolean> {
  return withAdmin(bootstrap, async (admin) => {
    if (!(await admin.listTopics()).includes(topic)) return false;
    const { topics } = await admin.fetchTopicMetadata({ topics: [topic] });
    const partitionAssignment = topics[0]!.partitions
      .filter(({ replicas }) => replicas.length > 1)
      .map(({ partitionId, leader, replicas }) => {
        return { partition: partitionId, replicas: replicas.filter((id) => id !== leader) };
      });
    await admin.alterPartitionReassignments({ topics: [{ topic, partitionAssignment }] });
    return true;
  });
}
