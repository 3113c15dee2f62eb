/**
 * Whether topics are there was asked by the metadata of all topics of the cluster, twice, each time over new connections: 33 MB each
 * at 150,000 topics. Asked by name, over connections that are kept.
 */
import assert from 'node:assert/strict';
import { connect, createServer, type Server } from 'node:net';
import { after, before, test } from 'node:test';
import { MillraceError } from '../../src/contracts/failure.ts';
import { type EmbeddedKafkaCluster, startKafkaCluster } from '../../src/dev/kafka-cluster.ts';
import { freePort } from '../../src/dev/ports.ts';
import { ensureTopics, TopicAdmin } from '../../src/kafka-admin/topics.ts';
import { Cluster } from '../../src/pipeline/kafka/cluster.ts';
import { standingIn } from '../../src/pipeline/runtime/standing.ts';

let kafka: EmbeddedKafkaCluster;
let relay: Server;
let cluster: Cluster;
/** Of everybody who came by the relay. */
const seen = { connections: 0, bytesBack: 0 };

before(async () => {
  const [front, target] = [await freePort(), await freePort()];
  relay = createServer((client) => {
    seen.connections += 1;
    const server = connect(target, '127.0.0.1');
    server.on('data', (chunk) => {
      seen.bytesBack += chunk.length;
    });
    for (const end of [client, server]) end.on('error', () => {});
    client.pipe(server).pipe(client);
  }).listen(front, '127.0.0.1');
  kafka = await startKafkaCluster({ brokers: 1, advertised: [front], ports: [target] });
  cluster = new Cluster({ bootstrap: kafka.bootstrap }, 'test');
});
after(async () => {
  await cluster.close();
  relay.close();
  await kafka.close();
});

test('what is asked of topics costs the same, however many others there are, and one connection', async () => {
  const admin = new TopicAdmin(cluster);
  await admin.ensure([{ topic: 'here', partitions: 3 }]);
  const ask = async (): Promise<number> => {
    const before = seen.bytesBack;
    assert.deepEqual(await admin.missing(['here', 'not-here']), ['not-here']);
    const standing = await standingIn(cluster, 'nobody', ['here', 'not-here']);
    assert.deepEqual(Object.keys(standing), ['here']);
    assert.equal(standing['here']?.partitions, 3);
    return seen.bytesBack - before;
  };
  // Who coordinates the group is asked once.
  await ask();
  const alone = await ask();
  await ensureTopics(
    { bootstrap: kafka.bootstrap },
    Array.from({ length: 100 }, (_, i) => ({ topic: `others.${i}`, partitions: 1 })),
  );
  const { connections } = seen;
  assert.equal(await ask(), alone);
  assert.equal(seen.connections, connections);
});

test('a topic is made with its configuration; made again, it is left as it is; what a broker refuses is said', async () => {
  const admin = new TopicAdmin(cluster);
  const wanted = { topic: 'made', partitions: 2, config: { 'retention.ms': '-1' } };
  await Promise.all([admin.ensure([wanted]), ensureTopics({ bootstrap: kafka.bootstrap }, [wanted])]);
  await admin.ensure([{ topic: 'made', partitions: 9 }]);
  await assert.rejects(
    admin.ensure([{ topic: 'bad', partitions: 1, config: { 'retention.ms': 'never' } }]),
    (e) => e instanceof MillraceError && e.failure.code === 'topic_mismatch' && /bad.*retention\.ms/s.test(e.message),
  );
  await assert.rejects(
    admin.ensure([{ topic: 'no/name', partitions: 1 }]),
    (e) => e instanceof MillraceError && e.failure.code === 'topic_mismatch',
  );
});
