/**
 * What has become otherwise of a job's topics since its tasks began: a running task tells it, and its job takes it up as a new
 * generation. Plain JSON; it owns the shape and the words. A topic that was made again is none of it: positions.ts.
 */

export interface TopicChange {
  readonly topic: string;
  /** read: partitions from `from` on are not read yet. written: records are spread over, or batches made for, what was. */
  readonly use: 'read' | 'written';
  /** max.message.bytes: of what is written only. */
  readonly fact: 'partitions' | 'max.message.bytes';
  readonly from: number;
  readonly to: number;
  /** The job goes on without these partitions: its workflow has no room for their positions (contracts/position-bounds.ts). */
  readonly noRoom?: boolean;
}

/** What a task tells its job's workflow. */
export interface TopicsChanged {
  /** Of the task. */
  readonly generation: number;
  readonly changes: readonly TopicChange[];
}

/** One sentence, without its full stop. */
export function changeText({ topic, use, fact, from, to, noRoom }: TopicChange): string {
  if (fact === 'max.message.bytes') return `max.message.bytes of ${topic} went from ${from} to ${to}`;
  const change = `${topic} ${to > from ? 'grew' : 'shrank'} from ${from} to ${to} partitions`;
  if (noRoom === true) {
    return `${change}: the new ones are not read, since the job's workflow has no room for their positions; read some of its topics in another job`;
  }
  return use === 'read'
    ? `${change}: the new ones are read from their beginning`
    : `${change}: output is spread over all`;
}
