/** Whom the fetcher asks, and what it believes: a leader, a replica that is nearer, and what either says of a position that is gone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { FetchedPartition } from '../../../../src/pipeline/kafka/api/fetch.ts';
import type { Metadata } from '../../../../src/pipeline/kafka/api/metadata.ts';
import { BrokerError, brokerErrors, NoAnswer } from '../../../../src/pipeline/kafka/broker-error.ts';
import { Cluster } from '../../../../src/pipeline/kafka/cluster.ts';
import type { FetchRefusal } from '../../../../src/pipeline/kafka/feed.ts';
import { Fetcher } from '../../../../src/pipeline/kafka/fetcher.ts';
import type { Link } from '../../../../src/pipeline/kafka/link.ts';
import { LogTruncated } from '../../../../src/pipeline/kafka/log-truncated.ts';
import { RequestWriter } from '../../../../src/pipeline/kafka/wire.ts';

interface Leader {
  readonly leader: number;
  readonly epoch: number;
}

type Said = Partial<FetchedPartition> | NoAnswer;

/** What happens, in order: `refresh`, or the broker that was asked, with `near` where it was told where we are. */
class Scripted extends Cluster {
  readonly trail: string[] = [];
  readonly #answers: Said[];
  readonly #leaders: Leader[];

  /** `answers`: to one fetch after the other. `leaders`: as heard at first, and by each refresh; the last one stays. */
  constructor(answers: Said[], leaders: Leader[]) {
    super({ bootstrap: 'nowhere:1' }, 'test');
    this.#answers = answers;
    this.#leaders = leaders;
  }

  override leader = (): number => this.#leaders[0]!.leader;
  override leaderEpoch = (): number => this.#leaders[0]!.epoch;
  override knows = (): boolean => true;
  override topicId = (): string => '';
  override async refresh(): Promise<Metadata> {
    this.trail.push('refresh');
    if (this.#leaders.length > 1) this.#leaders.shift();
    return { brokers: [], controller: -1, topics: [] };
  }

  override async broker(id: number): Promise<Link> {
    const request = async (api: {
      write: (w: RequestWriter, version: number) => void;
    }): Promise<FetchedPartition[]> => {
      const w = new RequestWriter();
      api.write(w, 12);
      this.trail.push(Buffer.concat(w.parts()).includes('my rack') ? `${id} near` : String(id));
      const said = this.#answers.shift() ?? {};
      if (said instanceof NoAnswer) throw said;
      const nothing = { buf: Buffer.alloc(0), start: 0, end: 0, release: () => {} };
      const of = { topic: 't', partition: 0, error: 0, lastStableOffset: 9, logStartOffset: 0, aborted: [] };
      return [{ ...of, diverging: null, preferredReplica: -1, ...nothing, ...said }];
    };
    return { request } as unknown as Link;
  }
}

const gone = { error: brokerErrors.OFFSET_OUT_OF_RANGE };
const parted = { diverging: { epoch: 1, endOffset: 3 } };

/** Reads at offset 5, whose last record is of this epoch, until it is told something that it has to act on. */
async function read(cluster: Scripted, epoch = -1, times = 1): Promise<FetchRefusal | null> {
  const fetcher = new Fetcher(cluster, 'my rack');
  try {
    return await new Promise((resolve) => {
      let left = times;
      const feed = {
        ...{ topic: 't', topicId: '', partition: 0 },
        onFetched: () => (--left === 0 ? resolve(null) : fetcher.want(feed, 5, epoch)),
        onError: resolve,
        onTrouble: () => {},
      };
      fetcher.want(feed, 5, epoch);
    });
  } finally {
    fetcher.close();
  }
}

const alone: Leader[] = [{ leader: 1, epoch: 1 }];

test('that a position is gone is told when the leader says it again, by metadata that were heard since', async () => {
  for (const said of [gone, parted]) {
    const cluster = new Scripted([said, said], [...alone]);
    const error = await read(cluster, 1);
    assert.ok(error instanceof (said === gone ? BrokerError : LogTruncated));
    assert.deepEqual(cluster.trail, ['1 near', 'refresh', '1']);
  }
});

test('a leader that another has taken over from stops nothing', async () => {
  for (const said of [gone, parted]) {
    const leaders = [
      { leader: 1, epoch: 1 },
      { leader: 2, epoch: 2 },
    ];
    const cluster = new Scripted([said], leaders);
    assert.equal(await read(cluster, 1), null);
    assert.deepEqual(cluster.trail, ['1 near', 'refresh', '2']);
  }
});

test('a leader older than what was read is not asked again, let alone believed', async () => {
  const leaders = [1, 1, 1, 2].map((epoch) => ({ leader: epoch, epoch }));
  const cluster = new Scripted([gone], leaders);
  assert.equal(await read(cluster, 2), null);
  assert.deepEqual(cluster.trail, ['1 near', 'refresh', 'refresh', 'refresh', '2']);
});

test('the replica that the leader names is asked from then on', async () => {
  const cluster = new Scripted([{ preferredReplica: 2 }], [...alone]);
  assert.equal(await read(cluster, 1, 3), null);
  assert.deepEqual(cluster.trail, ['1 near', '2 near', '2 near', '2 near']);
});

test('whatever goes wrong with a replica, the leader is asked, and not told where we are', async () => {
  const wrong: Said[] = [{ error: 78 }, { error: 74 }, { error: 6 }, gone, parted, new NoAnswer('it is gone')];
  for (const said of wrong) {
    const cluster = new Scripted([{ preferredReplica: 2 }, said], [...alone]);
    assert.equal(await read(cluster, 1, 2), null);
    assert.deepEqual(
      cluster.trail.filter((t) => t !== 'refresh'),
      ['1 near', '2 near', '1', '1'],
    );
  }
});
