/**
 * Which records of a partition are done. Records are taken in offset order; most are done at once, a few stay open and are
 * done later, in any order. Nothing may be committed past an open one.
 */
export class OffsetTracker {
  /** In ascending order, since records are taken in theirs. */
  private readonly open = new Set<number>();

  /** `position`: the first offset that has not been taken. */
  constructor(private taken: number) {}

  /** Everything before this offset has been taken. */
  get position(): number {
    return this.taken;
  }

  /** Everything before this offset is done: what may be committed. */
  get doneTo(): number {
    for (const offset of this.open) return offset;
    return this.taken;
  }

  /** How many records were taken and are not done. */
  get openCount(): number {
    return this.open.size;
  }

  /** Everything before this offset has been taken; never moves back. */
  moveTo(nextOffset: number): void {
    if (nextOffset > this.taken) this.taken = nextOffset;
  }

  /** This record is taken now, and done later. To be called in the order of offsets. */
  leaveOpen(offset: number): void {
    this.open.add(offset);
    this.moveTo(offset + 1);
  }

  /** This record is done; nothing where it was not left open. */
  close(offset: number): void {
    this.open.delete(offset);
  }
}
