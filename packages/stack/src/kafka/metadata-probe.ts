import { exchangeOverTcp } from '../tcp-exchange.js';

/** What a broker said of its cluster. */
export interface ClusterView {
  readonly clusterId: string | null;
  /** Brokers that are registered and unfenced: 0 while the cluster starts. */
  readonly brokerCount: number;
}

const METADATA = 3;
// The lowest version whose answer carries the cluster id and whose request can say: create nothing.
const VERSION = 4;
const CLIENT_ID = 'pitwall-stack';
const PROBE_TIMEOUT_MS = 1_000;

/** A Metadata request (Kafka protocol guide, API key 3, version 4) that asks for no topic. */
export function encodeMetadataRequest(correlationId: number): Buffer {
  const clientId = Buffer.from(CLIENT_ID);
  const bytes = Buffer.alloc(4 + 2 + 2 + 4 + 2 + clientId.length + 4 + 1);
  let at = bytes.writeInt32BE(bytes.length - 4, 0);
  at = bytes.writeInt16BE(METADATA, at);
  at = bytes.writeInt16BE(VERSION, at);
  at = bytes.writeInt32BE(correlationId, at);
  at = bytes.writeInt16BE(clientId.length, at);
  at += clientId.copy(bytes, at);
  at = bytes.writeInt32BE(0, at); // no topics
  bytes.writeUInt8(0, at); // create none
  return bytes;
}

/** True when a whole answer is there. */
export function isWholeResponse(received: Buffer): boolean {
  return received.length >= 4 && received.length >= 4 + received.readInt32BE(0);
}

/** Reads brokers and cluster id from a whole answer to `encodeMetadataRequest`; null when it is none: no Kafka broker answered. */
export function decodeMetadataResponse(response: Buffer): ClusterView | null {
  try {
    return readView(response);
  } catch {
    // Reading beyond the end is all that can go wrong.
    return null;
  }
}

function readView(response: Buffer): ClusterView {
  let at = 4 + 4 + 4; // length, correlation id, throttle time
  const brokerCount = response.readInt32BE(at);
  at += 4;
  for (let broker = 0; broker < brokerCount; broker += 1) {
    at += 4; // node id
    at = skipText(response, at);
    at += 4; // port
    at = skipText(response, at); // rack
  }
  const length = response.readInt16BE(at);
  at += 2;
  return { brokerCount, clusterId: length < 0 ? null : response.toString('utf8', at, at + length) };
}

function skipText(bytes: Buffer, at: number): number {
  return at + 2 + Math.max(0, bytes.readInt16BE(at));
}

/** Asks a broker for its cluster; null when none answers there within a second. Plain text listeners only. */
export async function probeKafka(host: string, port: number): Promise<ClusterView | null> {
  const request = encodeMetadataRequest(1);
  const response = await exchangeOverTcp({ host, port, request, timeoutMs: PROBE_TIMEOUT_MS }, isWholeResponse);
  return response === null ? null : decodeMetadataResponse(response);
}
