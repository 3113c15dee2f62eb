/** The examples' events are those that `millrace produce --generate firewall` writes. */
export { type GenerateOptions, generateEvents } from '../../src/cli/generate/firewall.ts';
