/**
 * How Temporal is reached: plain data, which may stand in a log. Secrets are references (kafka-access.ts says of which form), read where
 * a connection is opened, and again while it lives.
 */
export interface TemporalAccess {
  /** `host:port`. */
  readonly address: string;
  readonly namespace: string;
  /** Of Temporal Cloud, and servers of one's own that ask for one. */
  readonly apiKey?: string;
  readonly tls?: TemporalTls;
  /** Path of the module that says how payloads are kept (client/payload-codec.ts). */
  readonly codec?: string;
}

export interface TemporalTls {
  /** PEM of whoever signed the server's certificate; the system's own where it is left out. */
  readonly ca?: string;
  /** PEM of the client's certificate and key: both or none. */
  readonly cert?: string;
  readonly key?: string;
  /** Name that the server's certificate is checked for, where it isn't that of the address. */
  readonly serverName?: string;
}
