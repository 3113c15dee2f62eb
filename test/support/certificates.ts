/**
 * Certificates for tests, made when they are needed: an authority, what it signs for servers and clients, and what is wrong on
 * purpose. PEM throughout.
 */
import 'reflect-metadata';
import { webcrypto } from 'node:crypto';
import * as x509 from '@peculiar/x509';

x509.cryptoProvider.set(webcrypto);
const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const;
const dayMs = 24 * 3_600_000;

export interface Certificate {
  readonly cert: string;
  /** PKCS #8. */
  readonly key: string;
}

export interface Wanted {
  readonly commonName: string;
  /** Addresses that it is good for; 127.0.0.1 and localhost by default. */
  readonly names?: readonly string[];
  /** It ended yesterday. */
  readonly expired?: boolean;
}

export class Authority {
  readonly ca: string;
  readonly #certificate: x509.X509Certificate;
  readonly #keys: webcrypto.CryptoKeyPair;

  private constructor(certificate: x509.X509Certificate, keys: webcrypto.CryptoKeyPair) {
    this.ca = certificate.toString('pem');
    this.#certificate = certificate;
    this.#keys = keys;
  }

  static async create(commonName = 'Millrace tests'): Promise<Authority> {
    const keys = await keyPair();
    const certificate = await x509.X509CertificateGenerator.createSelfSigned({
      name: `CN=${commonName}`,
      keys,
      signingAlgorithm: algorithm,
      notBefore: new Date(Date.now() - dayMs),
      notAfter: new Date(Date.now() + dayMs),
      extensions: [
        new x509.BasicConstraintsExtension(true, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      ],
    });
    return new Authority(certificate, keys);
  }

  /** For a server, a client or both. */
  async sign({ commonName, names = ['127.0.0.1', 'localhost'], expired = false }: Wanted): Promise<Certificate> {
    const keys = await keyPair();
    const certificate = await x509.X509CertificateGenerator.create({
      subject: `CN=${commonName}`,
      issuer: this.#certificate.subject,
      publicKey: keys.publicKey,
      signingKey: this.#keys.privateKey,
      signingAlgorithm: algorithm,
      notBefore: new Date(Date.now() - 2 * dayMs),
      notAfter: new Date(Date.now() + (expired ? -dayMs : dayMs)),
      extensions: [
        new x509.SubjectAlternativeNameExtension(
          names.map((value) => ({ type: /^[\d.]+$/.test(value) ? 'ip' : 'dns', value })),
        ),
      ],
    });
    const key = x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey), 'PRIVATE KEY');
    return { cert: certificate.toString('pem'), key };
  }
}

const keyPair = (): Promise<webcrypto.CryptoKeyPair> =>
  webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify']) as Promise<webcrypto.CryptoKeyPair>;
