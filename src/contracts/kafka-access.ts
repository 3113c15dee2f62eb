/**
 * How one Kafka cluster is reached: plain data, which crosses threads and processes. Secrets are references, read where a
 * connection is opened (kafka/credentials.ts), so that none is in a configuration, a log or a workflow.
 */
import { z } from 'zod';

/** `env:NAME`: the value of a variable. `file:PATH`: a file's content, read again for each connection, less a line's end. */
export const secretReference = z
  .string()
  .regex(/^(env:[A-Za-z_][A-Za-z0-9_]*|file:.+)$/, 'a reference: env:NAME or file:PATH, never the secret itself');

export const bootstrapServers = z
  .string()
  .regex(/^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$/, 'host:port, or several with commas between them');

const tls = z
  .strictObject({
    /** PEM of whoever signed the brokers' certificates; the system's own where it is left out. */
    ca: secretReference.exactOptional(),
    /** PEM of the client's certificate and key, for brokers that ask for one. */
    cert: secretReference.exactOptional(),
    key: secretReference.exactOptional(),
    keyPassword: secretReference.exactOptional(),
  })
  .refine(({ cert, key }) => (cert === undefined) === (key === undefined), 'cert and key belong together');

const byPassword = z.strictObject({
  mechanism: z.enum(['PLAIN', 'SCRAM-SHA-256', 'SCRAM-SHA-512']),
  username: z.string().min(1),
  password: secretReference,
});

/** RFC 6749's client credentials grant; the token is asked for again before it expires (KIP-768 has the same names). */
const byToken = z.strictObject({
  mechanism: z.literal('OAUTHBEARER'),
  tokenEndpoint: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1),
  clientSecret: secretReference,
  scope: z.string().min(1).exactOptional(),
  /** KIP-342. */
  extensions: z.record(z.string().regex(/^[A-Za-z]+$/), z.string()).exactOptional(),
  /** PEM of whoever signed the issuer's certificate. */
  ca: secretReference.exactOptional(),
});

/** Amazon MSK: a signed request as the token, by the credentials that the AWS SDK finds. */
const byAwsIam = z.strictObject({ mechanism: z.literal('AWS_MSK_IAM'), region: z.string().min(1) });

export const kafkaAccess = z.strictObject({
  bootstrap: bootstrapServers,
  tls: z.union([z.literal(true).transform((): z.output<typeof tls> => ({})), tls]).exactOptional(),
  sasl: z.discriminatedUnion('mechanism', [byPassword, byToken, byAwsIam]).exactOptional(),
});

export type KafkaAccess = z.output<typeof kafkaAccess>;
export type KafkaTls = NonNullable<KafkaAccess['tls']>;
export type KafkaSasl = NonNullable<KafkaAccess['sasl']>;
