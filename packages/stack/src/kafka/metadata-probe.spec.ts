import { decodeMetadataResponse, encodeMetadataRequest, isWholeResponse } from './metadata-probe.js';

function text(value: string | null): Buffer {
  const bytes = Buffer.from(value ?? '');
  const length = Buffer.alloc(2);
  length.writeInt16BE(value === null ? -1 : bytes.length);
  return Buffer.concat([length, bytes]);
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

function aResponse(hosts: readonly string[], clusterId: string | null): Buffer {
  const brokers = hosts.flatMap((host, at) => [int32(at + 1), text(host), int32(9092), text(null)]);
  const body = Buffer.concat([
    int32(7),
    int32(0),
    int32(hosts.length),
    ...brokers,
    text(clusterId),
    int32(1),
    int32(0),
  ]);
  return Buffer.concat([int32(body.length), body]);
}

describe('the metadata probe', () => {
  it('asks for no topic and creates none', () => {
    const request = encodeMetadataRequest(7);
    expect(request.readInt32BE(0)).toBe(request.length - 4);
    expect(request.subarray(4, 14).toString('hex')).toBe('0003000400000007000d');
    expect(request.subarray(-5).toString('hex')).toBe('0000000000');
  });

  it.each([
    [['127.0.0.1'], 'MkU3OEVBNTcwNTJENDM2Qg'],
    [['a', 'b.example'], null],
    [[], 'MkU3OEVBNTcwNTJENDM2Qg'],
  ])('reads the brokers %j and the cluster id %j', (hosts, clusterId) => {
    expect(decodeMetadataResponse(aResponse(hosts, clusterId))).toEqual({ brokerCount: hosts.length, clusterId });
  });

  it('waits for the whole answer', () => {
    const response = aResponse(['127.0.0.1'], 'x');
    expect(isWholeResponse(response)).toBe(true);
    expect(isWholeResponse(response.subarray(0, -1))).toBe(false);
    expect(isWholeResponse(response.subarray(0, 3))).toBe(false);
  });

  it('gives null for bytes that are no such answer', () => {
    expect(decodeMetadataResponse(Buffer.from('HTTP/1.1 400 Bad Request'))).toBeNull();
    expect(decodeMetadataResponse(Buffer.alloc(3))).toBeNull();
  });
});
