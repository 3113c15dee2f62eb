/** What Q1 and Q2 say, by hand over objects that avsc decoded: the peers' work, and the oracle of what the kernel writes. */
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

export type ByHand = (event: Event) => string | undefined;

const type = avsc.Type.forSchema(JSON.parse(eventSchema) as avsc.Schema);
export const decode = (body: Buffer): Event => type.fromBuffer(body) as Event;

/** Undefined where the event isn't kept. */
export const byHand: { readonly q1: ByHand; readonly q2: ByHand } = {
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
