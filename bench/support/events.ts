/** Events in memory, one after the other. */
import { generateEvents } from '../../examples/firewall/generate.ts';

/** Event n is `bytes[offsets[n], offsets[n + 1])`. */
export interface Events {
  readonly count: number;
  readonly bytes: Buffer;
  /** Small integers, as record batches have them: as doubles they would make the kernel count in doubles. */
  readonly offsets: Int32Array;
}

export function loadEvents(count: number): Events {
  const bytes = Buffer.allocUnsafeSlow(count * 600);
  const offsets = new Int32Array(count + 1);
  let n = 0;
  for (const event of generateEvents({ seed: 1, count })) {
    bytes.set(event, offsets[n]!);
    offsets[n + 1] = offsets[n]! + event.length;
    n++;
  }
  return { count, bytes, offsets };
}
