/** Documents as users write them, for tests of what reads them. */

export const jobCalled = (name: string, sql = 'SELECT a FROM firewall', tenant = 'acme'): string =>
  `apiVersion: millrace/v1
kind: Job
metadata: { tenant: ${tenant}, name: ${name}, labels: { team: soc } }
spec:
  sql: |
    ${sql}
  sink: { kafka: { topic: out } }
`;

export const firewallStream = `apiVersion: millrace/v1
kind: Stream
metadata: { tenant: acme, name: firewall }
spec: { topics: [{ topic: acme.firewall }], schema: { avro: { type: record, name: E, fields: [{ name: a, type: string }] } } }
`;
