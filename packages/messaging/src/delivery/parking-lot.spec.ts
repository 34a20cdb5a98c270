import { PARKING, ParkingLot } from './parking-lot.js';

/** Fails the first of the key whenever it is due; answers when. */
function failUntilOver(lot: ParkingLot<string>, key: string): number[] {
  const triedAt: number[] = [];
  for (;;) {
    const now = lot.nextDueAt as number;
    triedAt.push(now);
    if (lot.failed(key, now)) return triedAt;
  }
}

describe('ParkingLot', () => {
  it('tries a record again after a growing delay, and for the last time when its time is over', () => {
    const lot = new ParkingLot<string>();
    lot.park('k', 'first', 1_000);
    expect(failUntilOver(lot, 'k').map((at) => at - 1_000)).toEqual([300, 1_200, 3_900, 12_000, PARKING.maxTimeMs]);
  });

  it('lets later records of the key wait, in their order, and none of another', () => {
    const lot = new ParkingLot<string>();
    lot.park('k', '1', 0);
    lot.waitBehind('k', '2');
    lot.waitBehind('k', '3');
    expect([lot.holds('k'), lot.holds('other')]).toEqual([true, false]);
    expect(lot.due(299, 10)).toEqual([]);
    expect(lot.due(300, 10)[0]?.items).toEqual(['1', '2', '3']);
    lot.advance('k', 1, 300);
    expect(lot.due(300, 10)[0]).toMatchObject({ items: ['2', '3'], tries: 0 });
    lot.advance('k', 2, 300);
    expect([lot.holds('k'), lot.isEmpty, lot.nextDueAt]).toEqual([false, true, null]);
  });

  it('gives a record that waited its whole time once it is first', () => {
    const lot = new ParkingLot<string>();
    lot.park('k', '1', 0);
    lot.waitBehind('k', '2');
    lot.advance('k', 1, 29_000);
    expect(lot.failed('k', 29_000)).toBe(false);
    expect(failUntilOver(lot, 'k').at(-1)).toBe(29_000 + PARKING.maxTimeMs);
  });

  it('takes no time from a record that could not be tried', () => {
    const lot = new ParkingLot<string>();
    lot.park('k', '1', 0);
    lot.postpone('k', 60_000, 1_000);
    expect(lot.nextDueAt).toBe(61_000);
    expect(lot.failed('k', 61_000)).toBe(false);
  });

  it('begins the time of all anew when it is restarted', () => {
    const lot = new ParkingLot<string>();
    lot.park('k', '1', 0);
    lot.restart(100_000);
    expect(lot.due(100_000, 1)).toHaveLength(1);
    expect(lot.failed('k', 100_000)).toBe(false);
  });

  it('forgets all, and says what that was', () => {
    const lot = new ParkingLot<string>();
    lot.park('k', '1', 0);
    lot.waitBehind('k', '2');
    lot.park('l', '3', 0);
    expect(lot.clear()).toEqual(['1', '2', '3']);
    expect(lot.isEmpty).toBe(true);
  });
});
