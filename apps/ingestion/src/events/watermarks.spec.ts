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

const recordAt = (offset: number) => aRecord({ topic: 'flight-delay.events.v1', offset });

/** A batch of the records at these offsets; the event times are what the case observes. */
function batchAt([first, ...more]: readonly [number, ...number[]], assignmentId = 1): RecordBatch {
  const assignment = anAssignment({ id: assignmentId });
  return batchOf('flight-delay', [recordAt(first), ...more.map(recordAt)], { assignment }).batch;
}

describe('the watermarks of a service', () => {
  /** Judges the events of a batch in order; true for each that is late. */
  const judge = (watermarks: Watermarks, batch: RecordBatch, eventTimes: readonly number[]): boolean[] => {
    const watermark = watermarks.of(batch, rule);
    return eventTimes.map((time) => watermark.observe(time, NOW).late);
  };

  it('go on from batch to batch', () => {
    const watermarks = new Watermarks();
    judge(watermarks, batchAt([0, 1]), [NOW - 60_000, NOW]);
    expect(judge(watermarks, batchAt([2]), [NOW - 60_000])).toEqual([true]);
    expect(judge(watermarks, batchAt([4]), [NOW - 60_000])).toEqual([true]);
  });

  it('judge a batch that comes again as they did the first time', () => {
    const watermarks = new Watermarks();
    judge(watermarks, batchAt([0]), [NOW - 90_000]);
    const events = [NOW - 95_000, NOW - 60_000, NOW];
    const first = judge(watermarks, batchAt([1, 2, 3]), events);
    expect(first).toEqual([true, false, false]);
    expect(judge(watermarks, batchAt([1, 2, 3]), events)).toEqual(first);
    expect(judge(watermarks, batchAt([1, 2], 2), events.slice(0, 2))).toEqual(first.slice(0, 2));
    expect(judge(watermarks, batchAt([3], 2), [NOW])).toEqual([false]);
    expect(judge(watermarks, batchAt([4], 2), [NOW - 60_000])).toEqual([true]);
  });

  it('lose nothing to a record that is tried again by itself while later ones have gone on', () => {
    const watermarks = new Watermarks();
    judge(watermarks, batchAt([0, 1]), [NOW - 60_000, NOW - 60_000]);
    judge(watermarks, batchAt([2]), [NOW]);
    expect(judge(watermarks, batchAt([1]), [NOW - 90_000])).toEqual([true]);
    expect(judge(watermarks, batchAt([3]), [NOW - 60_000])).toEqual([true]);
  });

  it('go on over a rebalance that leaves nothing out', () => {
    const watermarks = new Watermarks();
    judge(watermarks, batchAt([0]), [NOW]);
    expect(judge(watermarks, batchAt([1], 2), [NOW - 60_000])).toEqual([true]);
  });

  it('begin anew where another process may have seen what lies between, or the log begins again', () => {
    const watermarks = new Watermarks();
    judge(watermarks, batchAt([7]), [NOW]);
    expect(judge(watermarks, batchAt([9], 2), [NOW - 60_000])).toEqual([false]);
    judge(watermarks, batchAt([10], 2), [NOW]);
    expect(judge(watermarks, batchAt([0], 2), [NOW - 60_000])).toEqual([false]);
  });
});
