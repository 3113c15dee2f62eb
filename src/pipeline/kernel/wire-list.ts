/** Which lists can be walked where they stand on the wire: arrays and maps, alone or in a union with null. Emits nothing. */
import type { Reading } from '../avro/resolve.ts';
import type { AvroArray, AvroMap } from '../avro/schema.ts';

/** A list that stands on the wire. */
export interface WireList {
  /** Whether a union's index stands before it. */
  readonly inUnion: boolean;
  readonly writer: AvroArray | AvroMap;
  readonly item: Reading;
}

export function listOnWire(reading: Reading): WireList | undefined {
  switch (reading.kind) {
    case 'array':
      return { inUnion: false, writer: reading.writer, item: reading.items };
    case 'map':
      return { inUnion: false, writer: reading.writer, item: reading.values };
    case 'branch':
      return listOnWire(reading.reading);
    case 'branches':
      return inUnion(reading.branches.filter((_, i) => reading.writer.branches[i]!.kind !== 'null'));
    case 'same': {
      const { writer, reader } = reading;
      if (writer.kind === 'array' && reader.kind === 'array')
        return { inUnion: false, writer, item: { kind: 'same', writer: writer.items, reader: reader.items } };
      if (writer.kind === 'map' && reader.kind === 'map')
        return { inUnion: false, writer, item: { kind: 'same', writer: writer.values, reader: reader.values } };
      if (writer.kind !== 'union' || reader.kind !== 'union') return undefined;
      const inside = writer.branches.map(
        (branch, i) => ({ kind: 'same', writer: branch, reader: reader.branches[i]! }) as const,
      );
      return inUnion(inside.filter((r) => r.writer.kind !== 'null'));
    }
    default:
      return undefined;
  }
}

function inUnion(branches: readonly Reading[]): WireList | undefined {
  const list = branches.length === 1 ? listOnWire(branches[0]!) : undefined;
  return list === undefined ? undefined : { ...list, inUnion: true };
}
