/** The document that makes a job or a stream what it is: what `apply` takes. Pure; whether it is a right one is spec.ts's to say. */
interface Described<L, S> {
  readonly tenant: string;
  readonly name: string;
  readonly labels: L;
  readonly spec: S;
}

export const documentOf = <K extends 'Job' | 'Stream', L, S>(
  kind: K,
  { tenant, name, labels, spec }: Described<L, S>,
) => ({ apiVersion: 'millrace/v1', kind, metadata: { tenant, name, labels }, spec }) as const;
