import { type ChildProcess, fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PitwallError } from '@pitwall/contracts';
import type { FromChild, InputBatch, LoadRequest, Scores, ToChild } from '../model-child/protocol.js';

/** What became of one batch in a child. */
export type ChildAnswer =
  | { readonly kind: 'scores'; readonly scores: Scores; readonly elapsedMs: number }
  /** ONNX Runtime refused the batch; the child lives on. */
  | { readonly kind: 'error'; readonly message: string }
  /** The child died while it ran this batch. */
  | { readonly kind: 'died'; readonly message: string }
  /** The child died before it began this batch. */
  | { readonly kind: 'not_run' };

/** A process that runs one model. Batches are run one after another in the order in which they are given. */
export interface ModelProcess {
  readonly pid: number;
  /** Resident set in bytes, as the child last told. */
  readonly rssBytes: number;
  /** Never rejects. `budgetMs` takes the place of the child's own time budget. */
  infer(batch: InputBatch, budgetMs?: number): Promise<ChildAnswer>;
  /** Resolves with the reason when the process has ended, however it ended. */
  readonly exited: Promise<string>;
  /** Lets the child end by itself, and ends it after a second. */
  stop(): Promise<void>;
}

export interface ModelChildOptions {
  readonly load: Omit<LoadRequest, 'kind'>;
  /** From fork to the loaded model. */
  readonly loadBudgetMs: number;
  /** What one batch may take once the child has begun it; beyond it the child is killed. */
  readonly timeBudgetMs: number;
  /** Resident memory of the child as a whole, at any time; beyond it the child ends itself. Node and ONNX Runtime take 120 MB. */
  readonly memoryBudgetMb: number;
}

interface InFlight {
  readonly id: number;
  readonly budgetMs: number;
  readonly settle: (answer: ChildAnswer) => void;
}

const STOP_BUDGET_MS = 1_000;
const STDERR_KEPT_BYTES = 2_000;

// The child's entry is run as it stands: compiled in production, the source in tests.
const ENTRY = new URL(
  import.meta.url.endsWith('.ts') ? '../model-child/model-child.process.ts' : '../model-child/model-child.process.js',
  import.meta.url,
);

/** Starts a child and lets it load the model. Rejects with `model_refused` or `model_child_died`, both naming why. */
export async function startModelChild(options: ModelChildOptions): Promise<ModelProcess> {
  const child = new ModelChild(options);
  await child.load(options);
  return child;
}

class ModelChild implements ModelProcess {
  readonly exited: Promise<string>;
  readonly pid: number;
  rssBytes = 0;

  private readonly process: ChildProcess;
  /** Empty, and removed by the child: a model finds nothing beside it, and leaves nothing. */
  private readonly workingDirectory = mkdtempSync(join(tmpdir(), 'pitwall-model-'));
  private readonly inFlight: InFlight[] = [];
  private loading: { resolve: () => void; reject: (error: Error) => void } | null = null;
  private timer: NodeJS.Timeout | null = null;
  private nextId = 0;
  private hasEnded = false;
  private stderr = '';
  /** Why this side killed the child; null where it ended by itself. */
  private killedFor: string | null = null;

  constructor(private readonly options: ModelChildOptions) {
    this.process = fork(ENTRY, [String(process.pid), String(options.memoryBudgetMb)], {
      serialization: 'advanced',
      // Nothing of the service's environment, options or files is any of the model's business.
      env: {},
      execArgv: [],
      cwd: this.workingDirectory,
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    });
    this.pid = this.process.pid ?? -1;
    this.process.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.stderr = (this.stderr + text).slice(-STDERR_KEPT_BYTES);
    });
    this.process.on('message', (message: FromChild) => this.receive(message));
    this.exited = new Promise((resolve) => {
      const ended = (how: string): void => resolve(this.end(how));
      this.process.on('error', (error) => ended(`could not be started or spoken to: ${error.message}`));
      this.process.on('exit', (code, signal) => {
        const how = signal === null ? `exit code ${code}` : `signal ${signal}`;
        // What the child said at last is complete only when its stderr is at its end. (`close` would say so, but Node does not
        // emit it once this side has disconnected the channel.)
        const stderr = this.process.stderr;
        if (stderr === null || stderr.closed) ended(how);
        else stderr.once('close', () => ended(how));
      });
    });
  }

  async load(options: ModelChildOptions): Promise<void> {
    const loaded = new Promise<void>((resolve, reject) => {
      this.loading = { resolve, reject };
    });
    this.startBudget('loading the model', options.loadBudgetMs);
    this.send({ kind: 'load', ...options.load });
    try {
      await loaded;
    } catch (error) {
      this.process.kill('SIGKILL');
      throw error;
    }
  }

  infer(batch: InputBatch, budgetMs = this.options.timeBudgetMs): Promise<ChildAnswer> {
    if (this.hasEnded) return Promise.resolve({ kind: 'not_run' });
    return new Promise((resolve) => {
      const id = this.nextId;
      this.nextId += 1;
      this.inFlight.push({ id, budgetMs, settle: resolve });
      if (this.inFlight.length === 1) this.startBudget('a batch', budgetMs);
      this.send({ kind: 'infer', id, rows: batch.rows, tensors: batch.tensors });
    });
  }

  async stop(): Promise<void> {
    if (this.process.connected) this.process.disconnect();
    const kill = setTimeout(() => this.process.kill('SIGKILL'), STOP_BUDGET_MS);
    await this.exited;
    clearTimeout(kill);
  }

  private send(message: ToChild): void {
    // An error here means that the channel is closed; `exit` follows and settles what is in flight.
    this.process.send(message, () => undefined);
  }

  private receive(message: FromChild): void {
    switch (message.kind) {
      case 'loaded':
        this.rssBytes = message.rssBytes;
        this.clearBudget();
        this.loading?.resolve();
        this.loading = null;
        return;
      case 'refused':
        this.clearBudget();
        this.loading?.reject(new PitwallError(message.message, { code: 'model_refused' }));
        this.loading = null;
        return;
      case 'scores':
        this.rssBytes = message.rssBytes ?? this.rssBytes;
        this.settleFirst(message.id, { kind: 'scores', scores: message.scores, elapsedMs: message.elapsedMs });
        return;
      case 'error':
        this.settleFirst(message.id, { kind: 'error', message: message.message });
        return;
      default:
        message satisfies never;
    }
  }

  private settleFirst(id: number, answer: ChildAnswer): void {
    const first = this.inFlight.shift();
    this.clearBudget();
    if (first?.id !== id) {
      // Scores must never go to another's rows.
      if (first !== undefined) this.inFlight.unshift(first);
      this.kill(`it answered batch ${id}, expected ${first?.id ?? 'nothing'}`);
      return;
    }
    const next = this.inFlight[0];
    if (next !== undefined) this.startBudget('a batch', next.budgetMs);
    first.settle(answer);
  }

  private startBudget(what: string, budgetMs: number): void {
    this.timer = setTimeout(() => {
      const timer = this.timer;
      // Answers that came while this process was busy itself are read after the timers: they are in time.
      setImmediate(() => {
        if (this.timer === timer) this.kill(`${what} took longer than its budget of ${budgetMs} ms`);
      });
    }, budgetMs);
  }

  private clearBudget(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private kill(reason: string): void {
    this.killedFor ??= reason;
    this.process.kill('SIGKILL');
  }

  private end(how: string): string {
    this.hasEnded = true;
    this.clearBudget();
    // There still if the child could not be started, or ended before it had removed it.
    rmSync(this.workingDirectory, { recursive: true, force: true });
    const reason = this.killedFor ?? endReason(how, this.stderr.trim());
    this.loading?.reject(new PitwallError(reason, { code: 'model_child_died' }));
    this.loading = null;
    for (const [position, batch] of this.inFlight.splice(0).entries()) {
      batch.settle(position === 0 ? { kind: 'died', message: reason } : { kind: 'not_run' });
    }
    return reason;
  }
}

/** The child's own words where it ended itself, see watchdog.process.ts. */
function endReason(how: string, said: string): string {
  const ownWords = /^pitwall: (.+)$/m.exec(said)?.[1];
  return ownWords ?? `the model child ended by itself (${how})${said === '' ? '' : `: ${said}`}`;
}
