import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import type { FaultContext } from './fault.js';

const LOOK_EVERY_MS = 20;

/** The process in which inference runs the model now. @throws PitwallError `no_model` */
export function modelOf(pid: number): number {
  const [model] = modelsOf(pid);
  if (model !== undefined) return model;
  throw new PitwallError(`inference (pid ${pid}) has no process for the model.`, { code: 'no_model' });
}

/** Whether a process has not ended. A zombie in the sense of the system has: only its parent has not looked yet. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
  } catch {
    return false;
  }
}

/** Sees the processes of the model come and go, from its start to its stop. */
export class ModelWatch {
  readonly #living = new Set<number>();
  readonly #goneAt: number[] = [];
  readonly #stopping = new AbortController();
  readonly #watching: Promise<void>;

  constructor(private readonly pid: number) {
    this.#watching = this.#watch();
  }

  /** When each that has ended was gone, by `performance.now()`, in their order. */
  get goneAt(): readonly number[] {
    return this.#goneAt;
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#watching;
  }

  async #watch(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      for (const model of modelsOf(this.pid)) this.#living.add(model);
      for (const model of this.#living) {
        if (isAlive(model)) continue;
        this.#living.delete(model);
        this.#goneAt.push(performance.now());
      }
      // Only a stop ends the wait before its time.
      await sleep(LOOK_EVERY_MS, undefined, { signal }).catch(() => undefined);
    }
  }
}

/** What a model may take, by the definition. */
export function timeBudgetMs({ platform }: Pick<FaultContext, 'platform'>): number {
  return platform.pipeline.model.timeBudgetMs;
}

/** Processes of the model that inference has now and that have not ended. */
function modelsOf(pid: number): readonly number[] {
  return childrenOf(pid).filter((child) => commandOf(child).includes('model-child') && isAlive(child));
}

function childrenOf(pid: number): readonly number[] {
  const text = textOf(`/proc/${pid}/task/${pid}/children`).trim();
  return text === '' ? [] : text.split(' ').map(Number);
}

function commandOf(pid: number): string {
  return textOf(`/proc/${pid}/cmdline`);
}

/** Empty where the process is gone meanwhile. */
function textOf(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
