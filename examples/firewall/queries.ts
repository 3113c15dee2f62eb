/**
 * The event schema and the queries that the demo, the benchmarks and the tests share. Q1 is a selective filter with a
 * projection of ten columns (about 25 % of the generated events pass); Q2 writes every column of every event; Q3 keeps
 * fifteen of the 35 columns of every event, for Avro out of Avro.
 */
import { readFileSync } from 'node:fs';

/** Avro JSON text of the events. */
export const eventSchema = readFileSync(new URL('./event.avsc', import.meta.url), 'utf8');

export const q1 = `SELECT time_generated, source_ip, dest_ip, source_user, app, action, bytes_sent, bytes_received,
       geo.country AS country, UPPER(rule) AS rule
FROM firewall
WHERE action = 'deny' AND bytes_sent + bytes_received > 1000 AND geo.country <> 'US'`;

export const q2 = 'SELECT * FROM firewall';

export const q3 = `SELECT event_id, time_generated, tenant_id, device_name, source_ip, dest_ip, source_port, dest_port, protocol, app,
       rule, action, source_user, bytes_sent, bytes_received
FROM firewall`;
