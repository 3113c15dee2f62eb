/** ApiVersions: what a broker speaks, and the features that its cluster has finalized (KIP-584). */
import type { Api } from '../wire.ts';

export interface FinalizedFeatures {
  /** Rises with each change, the same on every broker that has heard of it; -1: the broker doesn't know. */
  readonly epoch: number;
  /** Level of `transaction.version`: 2 and above is KIP-890's second version. */
  readonly transactionVersion: number;
}

export interface BrokerVersions {
  /** Highest version of each API, by key. */
  readonly highest: ReadonlyMap<number, number>;
  readonly lowest: ReadonlyMap<number, number>;
  readonly features: FinalizedFeatures;
}

/** Null where the broker doesn't know this version of the request itself. */
export function apiVersions(version: 3 | 4): Api<BrokerVersions | null> {
  return {
    key: 18,
    name: 'ApiVersions',
    versions: [version, version],
    write: (w) => w.string('millrace').string('1').tags(),
    read: (r) => {
      if (r.i16() !== 0) return null;
      const lowest = new Map<number, number>();
      const highest = new Map<number, number>();
      r.array(() => {
        const key = r.i16();
        lowest.set(key, r.i16());
        highest.set(key, r.i16());
        r.tags();
      });
      r.i32();
      let epoch = -1;
      let transactionVersion = 0;
      r.tags((tag) => {
        if (tag === 1) epoch = Number(r.i64());
        if (tag !== 2) return;
        r.array(() => {
          const name = r.string();
          const level = r.i16();
          r.i16();
          r.tags();
          if (name === 'transaction.version') transactionVersion = level;
        });
      });
      return { lowest, highest, features: { epoch, transactionVersion } };
    },
  };
}
