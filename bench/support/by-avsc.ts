/** What the three queries say over objects that avsc decoded: the peers' work, and the oracle of what kernels write. */
import avsc from 'avsc';
import { eventSchema } from '../../examples/firewall/queries.ts';

export interface Event {
  readonly action: string;
  readonly bytes_sent: number;
  readonly bytes_received: number;
  readonly geo: { readonly country: string | null };
  readonly payload: Buffer;
  readonly [column: string]: unknown;
}

/** Text (UTF-8) or bytes of the row; undefined where the event isn't kept. */
export type ByAvsc<Row extends string | Buffer = string> = (event: Event) => Row | undefined;

const type = avsc.Type.forSchema(JSON.parse(eventSchema) as avsc.Schema);
export const decode = (body: Buffer): Event => type.fromBuffer(body) as Event;

export const byAvsc: { readonly q1: ByAvsc; readonly q2: ByAvsc } = {
  q1: (e) => {
    const { country } = e.geo;
    if (e.action !== 'deny' || e.bytes_sent + e.bytes_received <= 1000 || country === null || country === 'US') return;
    const { time_generated, source_ip, dest_ip, source_user, app, action, bytes_sent, bytes_received } = e;
    const rule = String(e['rule']).toUpperCase();
    return JSON.stringify({
      time_generated,
      source_ip,
      dest_ip,
      source_user,
      app,
      action,
      bytes_sent,
      bytes_received,
      country,
      rule,
    });
  },
  q2: (e) => JSON.stringify({ ...e, payload: e.payload.toString('base64') }),
};

export interface Projection {
  /** Every field decoded, the row's encoded. */
  readonly whole: (body: Buffer) => Buffer;
  /** The row's fields alone decoded, by avsc's resolution to the row's schema, and encoded. */
  readonly pushedDown: (body: Buffer) => Buffer;
}

/** Avro out of Avro, to a schema whose fields are among the event's. */
export function projection(outputSchema: string): Projection {
  const schema = JSON.parse(outputSchema) as { name: string; namespace?: string };
  const row = avsc.Type.forSchema({
    ...schema,
    name: 'Event',
    namespace: 'example.firewall',
  } as unknown as avsc.Schema);
  const resolver = row.createResolver(type);
  return {
    whole: (body) => row.toBuffer(type.fromBuffer(body)),
    pushedDown: (body) => row.toBuffer(row.fromBuffer(body, resolver, true)),
  };
}
