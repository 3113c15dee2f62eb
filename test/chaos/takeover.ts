/**
 * Sees takeovers begin, by what hosts ask of Kafka: a new generation's task takes the transactional id of an older one
 * (InitProducerId), then reads the job's committed offsets (OffsetFetch). A job's first generation does only the latter.
 */
import { defaultDeployment, groupId } from '../../src/contracts/names.ts';

const INIT_PRODUCER_ID = 22;
const OFFSET_FETCH = 9;

/** A request as it passes: the API's key, and what follows it. */
export type OnRequest = (api: number, body: Buffer) => void;

/**
 * Reads one connection's requests, each a length, the API's key and the body, in whatever pieces they come. Only the two that
 * matter here are put together and told.
 */
export function readRequests(onRequest: OnRequest): (chunk: Buffer) => void {
  let left = Buffer.alloc(0);
  let skip = 0;
  return (chunk) => {
    if (skip >= chunk.length) {
      skip -= chunk.length;
      return;
    }
    let rest = left.length === 0 ? chunk.subarray(skip) : Buffer.concat([left, chunk]);
    skip = 0;
    while (rest.length >= 6) {
      const end = 4 + rest.readInt32BE(0);
      const api = rest.readInt16BE(4);
      const matters = api === INIT_PRODUCER_ID || api === OFFSET_FETCH;
      if (matters && end > rest.length) break;
      if (matters) onRequest(api, rest.subarray(6, end));
      skip = Math.max(0, end - rest.length);
      rest = rest.subarray(Math.min(end, rest.length));
    }
    left = Buffer.from(rest);
  };
}

export class TakeoverWatch {
  readonly #prefix: string;
  readonly #group: Buffer;
  #newest = 0;

  constructor(tenant: string, job: string) {
    const group = groupId({ deployment: defaultDeployment, tenant, job });
    this.#group = Buffer.from(group);
    this.#prefix = `${group}-g`;
  }

  /** Whether a takeover of this job begins with this request. */
  sees(api: number, body: Buffer): boolean {
    if (api === OFFSET_FETCH) return body.includes(this.#group);
    const text = body.toString('latin1');
    const at = text.indexOf(this.#prefix);
    if (at < 0) return false;
    const generation = Number.parseInt(text.slice(at + this.#prefix.length), 10);
    if (generation < this.#newest) return true;
    this.#newest = generation;
    return false;
  }
}
