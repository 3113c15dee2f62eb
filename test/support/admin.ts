/** Kafka's admin operations by kafkajs: what befalls topics in tests comes from somebody else. */
import type { Admin } from 'kafkajs';
import kafkajs from './kafkajs.ts';

export async function withAdmin<T>(bootstrap: string, work: (admin: Admin) => Promise<T>): Promise<T> {
  const admin = new kafkajs.Kafka({ brokers: bootstrap.split(','), logLevel: kafkajs.logLevel.NOTHING }).admin();
  try {
    await admin.connect();
    return await work(admin);
  } finally {
    await admin.disconnect();
  }
}
