import { anAssignment, aRecord, batchOf, type RecordBatch } from '@pitwall/messaging';
import { FUTURE_TOLERANCE_MS, PartitionWatermark, Watermarks } from './watermarks.js';

const NOW = 1_767_607_200_000;
const rule = { allowedLatenessMs: 1_000, replayedHistory: false };

describe('a watermark', () => {
  it('calls late what lies further behind the largest event time than allowed', () => {
    const watermark = new PartitionWatermark(rule);
    expect(watermark.observe(NOW, NOW).late).toBe(false);
    expect(watermark.observe(NOW - 1_000, NOW).late).toBe(false);
    expect(watermark.observe(NOW - 1_001, NOW).late).toBe(true);
  });

  it('calls future what is more than 5 minutes ahead of the broker, and is not moved by it', () => {
    const watermark = new PartitionWatermark(rule);
    expect(watermark.observe(NOW + FUTURE_TOLERANCE_MS, NOW).future).toBe(false);
    expect(watermark.observe(NOW + FUTURE_TOLERANCE_MS + 1, NOW).future).toBe(true);
    expect(watermark.observe(NOW + 2 * FUTURE_TOLERANCE_MS, NOW).late).toBe(false);
    expect(watermark.observe(NOW + FUTURE_TOLERANCE_MS - 1_001, NOW).late).toBe(true);
  });

  it('calls nothing future where history is replayed', () => {
    expect(new PartitionWatermark({ ...rule, replayedHistory: true }).observe(NOW * 2, NOW).future).toBe(false);
  });
});

function batchIn(assignmentId: number): RecordBatch {
  const record = aRecord({ topic: 'flight-delay.events.v1' });
  return batchOf('flight-delay', [record], { assignment: anAssignment({ id: assignmentId }) }).batch;
}

describe('the watermarks of a service', () => {
  it('go on within an assignment and begin anew with the next', () => {
    const watermarks = new Watermarks();
    const first = watermarks.of(batchIn(1), rule);
    expect(watermarks.of(batchIn(1), rule)).toBe(first);
    expect(watermarks.of(batchIn(2), rule)).not.toBe(first);
  });
});
