/**
 * What a cluster's access asks the library to show to brokers: certificates, passwords, tokens. Owns reading what the access
 * refers to, anew for each connection, so that a secret that was exchanged holds from the next connection on.
 */
import type { ConnectionOptions } from '@platformatic/kafka';
import type { KafkaAccess, KafkaSasl, KafkaTls } from '../../contracts/kafka-access.ts';
import { secret } from '../../secrets.ts';
import { awsToken } from './aws-token.ts';
import { oauthToken } from './oauth-token.ts';

export type Credentials = Pick<ConnectionOptions, 'tls' | 'sasl'>;

/** Rejects with what can't be read, or what an issuer of tokens says; never with the secret. */
export async function credentialsOf({ tls, sasl }: KafkaAccess): Promise<Credentials> {
  return {
    ...(tls === undefined ? {} : { tls: await tlsOptions(tls) }),
    ...(sasl === undefined ? {} : { sasl: await saslOptions(sasl) }),
  };
}

async function tlsOptions({ ca, cert, key, keyPassword }: KafkaTls): Promise<NonNullable<Credentials['tls']>> {
  return {
    ...(ca === undefined ? {} : { ca: await secret(ca) }),
    ...(cert === undefined ? {} : { cert: await secret(cert) }),
    ...(key === undefined ? {} : { key: await secret(key) }),
    ...(keyPassword === undefined ? {} : { passphrase: await secret(keyPassword) }),
  };
}

type Sasl = NonNullable<Credentials['sasl']>;

/** A broker tells a refused token as its challenge (RFC 7628, 3.2.2), which is no error of Kafka's: the next request would be. */
const tokenIsTaken: NonNullable<Sasl['authBytesValidator']> = (challenge, callback) => {
  if (challenge.length === 0) callback(null, challenge);
  else callback(new Error(`it refused the token: ${challenge.toString()}`));
};

async function saslOptions(sasl: KafkaSasl): Promise<Sasl> {
  switch (sasl.mechanism) {
    case 'OAUTHBEARER': {
      const { extensions } = sasl;
      const token = (): Promise<string> => oauthToken(sasl);
      return {
        mechanism: 'OAUTHBEARER',
        token,
        authBytesValidator: tokenIsTaken,
        ...(extensions === undefined ? {} : { oauthBearerExtensions: extensions }),
      };
    }
    case 'AWS_MSK_IAM':
      return {
        mechanism: 'OAUTHBEARER',
        token: () => awsToken(sasl.region),
        authBytesValidator: tokenIsTaken,
      };
    default: {
      const { mechanism, username, password } = sasl;
      // Asked for again when the library authenticates again.
      return { mechanism, username, password: () => secret(password) };
    }
  }
}
