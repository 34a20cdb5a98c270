import { murmur2, partitionFor } from './partition-for.js';

describe('murmur2', () => {
  // From org.apache.kafka.common.utils.UtilsTest.testMurmur2.
  it.each([
    ['21', -973932308],
    ['foobar', -790332482],
    ['a-little-bit-long-string', -985981536],
    ['a-little-bit-longer-string', -1486304829],
    ['lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8', -58897971],
  ])('gives %s the hash that Kafka gives it', (text, expected) => {
    expect(murmur2(Buffer.from(text))).toBe(expected);
  });

  it.each([[[0x61, 0x62, 0x63], 479470107]])('handles a rest of three bytes', (bytes, expected) => {
    expect(murmur2(Buffer.from(bytes))).toBe(expected);
  });
});

describe('partitionFor', () => {
  it('is never negative and stays below the number of partitions', () => {
    const partitions = Array.from({ length: 1_000 }, (_, index) => partitionFor(Buffer.from(`N${index}`), 6));
    expect(Math.min(...partitions)).toBe(0);
    expect(Math.max(...partitions)).toBe(5);
  });

  it('gives a key with a negative hash the partition of its lower 31 bits', () => {
    expect(partitionFor(Buffer.from('21'), 6)).toBe((-973932308 & 0x7fffffff) % 6);
  });
});
