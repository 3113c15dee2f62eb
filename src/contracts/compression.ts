/** How a sink's record batches are packed. No import: policies and the data plane go by it too. */
export const compressions = ['zstd', 'lz4', 'gzip', 'snappy', 'none'] as const;
export type Compression = (typeof compressions)[number];

/** Where the spec doesn't say: by what measured better (bench/README.md). */
export const compressionDefault: Compression = 'lz4';
