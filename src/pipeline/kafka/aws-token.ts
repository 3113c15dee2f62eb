/**
 * Tokens for Amazon MSK's IAM: a signed request, by the credentials that the AWS SDK finds (environment, profile, pod, instance).
 * The package that signs is large and needed nowhere else, so that whoever reaches MSK installs it beside Millrace.
 */
import { createRequire } from 'node:module';

interface Signer {
  generateAuthToken(options: { readonly region: string }): Promise<{ readonly token: string }>;
}

const signerPackage = 'aws-msk-iam-sasl-signer-js';
const require = createRequire(import.meta.url);

/** Rejects with what the SDK says, or with what to install. */
export async function awsToken(region: string): Promise<string> {
  return (await signer().generateAuthToken({ region })).token;
}

function signer(): Signer {
  try {
    return require(signerPackage) as Signer;
  } catch {
    throw new Error(`AWS_MSK_IAM needs the package ${signerPackage}: npm install ${signerPackage}`);
  }
}
