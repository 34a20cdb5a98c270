import fc from 'fast-check';
import { OffsetTracker } from './offset-tracker.js';

describe('OffsetTracker', () => {
  it('lets everything be committed that was taken, unless it is open', () => {
    const tracker = new OffsetTracker(5);
    expect(tracker.doneTo).toBe(5);
    tracker.moveTo(10);
    expect(tracker.doneTo).toBe(10);
    tracker.leaveOpen(12);
    tracker.leaveOpen(15);
    tracker.moveTo(20);
    expect([tracker.position, tracker.doneTo]).toEqual([20, 12]);
    tracker.close(15);
    expect(tracker.doneTo).toBe(12);
    tracker.close(12);
    expect(tracker.doneTo).toBe(20);
  });

  it('never moves back', () => {
    const tracker = new OffsetTracker(5);
    tracker.moveTo(3);
    expect(tracker.position).toBe(5);
  });

  it('never lets more be committed than is done, whatever the order in which records are closed', () => {
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 50 }), fc.infiniteStream(fc.nat()), (stayOpen, picks) => {
        const tracker = new OffsetTracker(0);
        const open = new Set<number>();
        for (const [offset, staysOpen] of stayOpen.entries()) {
          if (staysOpen) {
            tracker.leaveOpen(offset);
            open.add(offset);
          } else tracker.moveTo(offset + 1);
        }
        while (open.size > 0) {
          expect(tracker.doneTo).toBe(Math.min(...open));
          const closed = [...open][picks.next().value % open.size] ?? -1;
          tracker.close(closed);
          open.delete(closed);
        }
        expect(tracker.doneTo).toBe(stayOpen.length);
      }),
    );
  });
});
