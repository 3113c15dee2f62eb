/** The Kafka client of the data plane, as others use it. */

export { isTopicMissing } from './broker-error.ts';
export { type Codec, codecs } from './codec.ts';
export { fenceFormerLife, fenceTransactionalIds } from './fence.ts';
export type { RecordHeader } from './headers.ts';
export { KeptClusters } from './kept-clusters.ts';
export { withPatience } from './pause.ts';
export { RawProducer, type RawProducerOptions, type RawRecord } from './raw-producer.ts';
export { type KeyedTopic, readNewer, readOlder, type ScanBounds, type Taker } from './read-keyed.ts';
export { type ReadTopicOptions, readTopic, type TopicRecord } from './read-topic.ts';
export { type KeyedRecord, TopicAppender } from './topic-appender.ts';
