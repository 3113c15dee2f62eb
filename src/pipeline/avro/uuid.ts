/** Sixteen bytes as the text of a uuid (RFC 4122). */
export function uuidText(src: Buffer, at: number): string {
  const hex = src.toString('hex', at, at + 16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}
