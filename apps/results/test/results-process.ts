import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { eventually } from '@pitwall/testing';

const MAIN = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** One run of the built service. */
export class ResultsProcess {
  /** What it has said so far, on both streams. */
  output = '';

  private constructor(private readonly child: ChildProcess) {
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (bytes: Buffer) => {
        this.output += bytes.toString('utf8');
      });
    }
  }

  /** Resolves when it says that it is ready. */
  static async start(environment: Readonly<Record<string, string>>): Promise<ResultsProcess> {
    const service = ResultsProcess.spawn(environment);
    await eventually(() => service.isReady(), { timeoutMs: 30_000, what: 'the service to be ready' }).catch(
      (error: unknown) => {
        service.kill();
        throw new Error(`${String(error)}\n${service.output.slice(-4000)}`);
      },
    );
    return service;
  }

  /** Answers at once. */
  static spawn(environment: Readonly<Record<string, string>>): ResultsProcess {
    const child = spawn(process.execPath, [MAIN], {
      env: { PATH: process.env['PATH'], ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new ResultsProcess(child);
  }

  /** Base URL, once the service has said it. */
  get url(): string {
    return /http:\/\/127\.0\.0\.1:\d+/.exec(this.output)?.[0] ?? '';
  }

  /** Resolves when the process has ended, with the signal that has ended it. */
  async ended(): Promise<NodeJS.Signals | null> {
    const { exitCode, signalCode } = this.child;
    if (exitCode !== null || signalCode !== null) return signalCode;
    const [, signal] = (await once(this.child, 'exit')) as [number | null, NodeJS.Signals | null];
    return signal;
  }

  /** Null while it runs, or where a signal has ended it. */
  get exitCode(): number | null {
    return this.child.exitCode;
  }

  /** SIGKILL: nothing of what it was doing is finished. */
  kill(): void {
    this.child.kill('SIGKILL');
  }

  /** SIGTERM; answers the exit code. */
  async stop(): Promise<number | null> {
    const exited = once(this.child, 'exit') as Promise<[number | null]>;
    this.child.kill('SIGTERM');
    return (await exited)[0];
  }

  private async isReady(): Promise<boolean> {
    if (this.child.exitCode !== null) throw new Error(`exited with ${this.child.exitCode}`);
    return this.url !== '' && (await fetch(`${this.url}/readyz`)).ok;
  }
}
