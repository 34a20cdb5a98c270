import type { RedriveChunksRepository, ChunkRecord, NextChunk } from '../../src/redrives/redrive-chunks.repository.js';
import type { RedriveLease, RedriveLeasesRepository } from '../../src/redrives/redrive-leases.repository.js';
import type { RedriveSource } from '../../src/redrives/redriven-record.js';

interface Row {
  readonly position: number;
  readonly deadLetterId: string;
  state: 'waiting' | 'sent' | 'skipped';
  sends: number;
}

/** What the redrive asks of everything else. */
export interface RedriveSurroundings {
  now(): number;
  /** Null where the dead letter is closed. */
  sourceOf(deadLetterId: string): RedriveSource | null;
  /** Whether the record is on its topic. */
  isSent(deadLetterId: string): boolean;
  broken(law: string): void;
}

/** Takes time in a process, and fails where the database is away: before `work`, which happens at one moment. */
export type Transact = <Result>(what: string, work: () => Result) => Promise<Result>;

/** What the redrive does wrong, to see that the simulation finds it. */
export interface RedriveFaults {
  /** Records are noted as sent before they are. */
  readonly notesBeforeSending?: boolean;
  /** What was begun is not looked at again. */
  readonly forgetsBegunSends?: boolean;
}

/** One redrive as its tables hold it: rows that go from waiting to sent or skipped, under a lease. */
export class SimRedrives {
  readonly rows: Row[] = [];
  state: 'none' | 'running' | 'done' = 'none';
  private epoch = 0;
  private leasedUntil = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly ratePerSecond: number,
    private readonly around: RedriveSurroundings,
    private readonly faults: RedriveFaults,
  ) {}

  /** Somebody asks for it. */
  begin(deadLetterIds: readonly string[]): void {
    this.rows.push(
      ...deadLetterIds.map((deadLetterId, position) => ({
        position,
        deadLetterId,
        state: 'waiting' as const,
        sends: 0,
      })),
    );
    this.state = 'running';
  }

  /** The repository of one process. */
  leases(transact: Transact): RedriveLeasesRepository {
    const repository: Pick<RedriveLeasesRepository, 'claim' | 'renew' | 'release' | 'note'> = {
      claim: (_, leaseMs) => transact('claim of the redrive', () => this.claim(leaseMs)),
      renew: (lease, leaseMs) => transact('renewal of the lease', () => this.isRenewed(lease, leaseMs)),
      release: (lease) =>
        transact('release of the redrive', () => {
          if (lease.epoch === this.epoch) this.leasedUntil = Number.NEGATIVE_INFINITY;
        }),
      note: () => transact('note of the error', () => undefined),
    };
    return repository as RedriveLeasesRepository;
  }

  /** The repository of one process. */
  chunks(transact: Transact): RedriveChunksRepository {
    const repository: Pick<RedriveChunksRepository, 'begin' | 'sent'> = {
      begin: (lease, { leaseMs, maxRecords }) =>
        transact('begin of a chunk', () =>
          this.isRenewed(lease, leaseMs) ? this.next(maxRecords) : { kind: 'lost' as const },
        ),
      sent: (lease, records, leaseMs) =>
        transact('note of a chunk', () => {
          this.isRenewed(lease, leaseMs);
          return this.noteSent(records);
        }),
    };
    return repository as RedriveChunksRepository;
  }

  private claim(leaseMs: number): RedriveLease | null {
    if (this.state !== 'running' || this.leasedUntil >= this.around.now()) return null;
    this.epoch += 1;
    this.leasedUntil = this.around.now() + leaseMs;
    return { redriveId: 'redrive', pipeline: 'flights', ratePerSecond: this.ratePerSecond, epoch: this.epoch };
  }

  private isRenewed({ epoch }: RedriveLease, leaseMs: number): boolean {
    if (epoch !== this.epoch) return false;
    this.leasedUntil = this.around.now() + leaseMs;
    return true;
  }

  private next(maxRecords: number): NextChunk {
    const waiting = this.rows.filter((row) => this.isWaiting(row)).slice(0, maxRecords);
    if (waiting.length === 0) {
      this.state = 'done';
      return { kind: 'ended' };
    }
    return { kind: 'send', records: waiting.flatMap((row) => this.beginSend(row) ?? []) };
  }

  private isWaiting({ state, sends }: Row): boolean {
    return state === 'waiting' && (this.faults.forgetsBegunSends !== true || sends === 0);
  }

  private beginSend(row: Row): ChunkRecord | null {
    const source = this.around.sourceOf(row.deadLetterId);
    if (source === null) {
      row.state = row.sends === 0 ? 'skipped' : 'sent';
      return null;
    }
    row.sends += 1;
    if (this.faults.notesBeforeSending === true) row.state = 'sent';
    return { ...source, position: row.position, earlierSends: row.sends - 1 };
  }

  private noteSent(records: readonly ChunkRecord[]): ReadonlySet<number> {
    const noted = new Set<number>();
    for (const { position, deadLetterId } of records) {
      const row = this.rows[position];
      if (!this.around.isSent(deadLetterId)) this.around.broken(`${deadLetterId} is noted as sent, and was not`);
      if (row === undefined) continue;
      if (row.state === 'waiting') noted.add(position);
      row.state = 'sent';
    }
    return noted;
  }
}
