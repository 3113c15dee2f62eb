/** What befalls topics: they get more partitions, and other leaders, and are deleted and made again. */
import { setTimeout as sleep } from 'node:timers/promises';
import { withAdmin } from '../support/admin.ts';
import { readStanding } from '../support/on-cluster.ts';
import { patiently } from './patience.ts';

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

/** Deletes the topic, and makes it again under its name after so many milliseconds. Answers the id of the new one. */
export async function recreate(bootstrap: string, topic: string, partitions: number, afterMs: number): Promise<string> {
  await withAdmin(bootstrap, (admin) => admin.deleteTopics({ topics: [topic] }));
  await sleep(afterMs);
  // The name is free when the brokers have let go of the old one.
  await patiently('make a topic again', () =>
    withAdmin(bootstrap, (admin) => admin.createTopics({ topics: [{ topic, numPartitions: partitions }] })),
  );
  return await patiently('look at the new topic', async () => {
    const standing = (await readStanding({ bootstrap }, 'nobody', [topic]))[topic];
    if (standing === undefined) throw new Error(`${topic} is not there yet`);
    return standing.id;
  });
}
