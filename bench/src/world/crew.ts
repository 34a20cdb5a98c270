import { setTimeout as sleep } from 'node:timers/promises';
import { PitwallError } from '@pitwall/contracts';
import type { ServiceName } from '@pitwall/platform';
import type { ChildControl, ChildExit, ServiceSpec, ServiceSupervisor } from '@pitwall/stack';
import type { Timeline } from './timeline.js';

/** Variables of an instance besides those that it cannot do without. */
export type Environment = Readonly<Record<string, string>>;

/** A process of a service: `results`, and `results-2` where there are two. */
export interface Instance {
  readonly name: string;
  readonly service: ServiceName;
  readonly spec: ServiceSpec;
}

/** Who is to work, and where. */
export interface CrewOptions {
  readonly instances: readonly Instance[];
  readonly supervisor: ServiceSupervisor;
  readonly timeline: Timeline;
}

/** As a supervisor restarts what has ended: not at once, not late. */
const RESTART_AFTER_MS = 500;
const STOP_GRACE_MS = 60_000;
/** A machine that does much else may take a minute to start one. */
const READY_WITHIN_MS = 180_000;
const LOOK_EVERY_MS = 20;

/** The services of a run: starts them, starts again those that end, and keeps account of who ended how. */
export class Crew {
  readonly #options: CrewOptions;
  readonly #controls = new Map<string, ChildControl>();
  /** Pids whose end was caused by the run. */
  readonly #caused = new Set<number>();
  /** What the next start of an instance is given, when it is started again by itself. */
  readonly #armed = new Map<string, Environment>();
  readonly #restarting = new Map<string, Promise<void>>();
  readonly #ends: ChildExit[] = [];
  readonly #unexplained: ChildExit[] = [];
  #isOver = false;

  constructor(options: CrewOptions) {
    this.#options = options;
  }

  get instances(): readonly Instance[] {
    return this.#options.instances;
  }

  /** Every end of an instance so far. */
  get ends(): readonly ChildExit[] {
    return this.#ends;
  }

  /** Ends that nobody has caused: a service that gave up or fell. */
  get unexplained(): readonly ChildExit[] {
    return this.#unexplained;
  }

  instancesOf(service: ServiceName): readonly Instance[] {
    return this.instances.filter((instance) => instance.service === service);
  }

  /** Starts all side by side and waits until they are ready. `first` is for this one start. */
  async start(first: (instance: Instance) => Environment): Promise<void> {
    await Promise.all(this.instances.map((instance) => this.#launch(instance, first(instance))));
    await Promise.all([...this.#controls.values()].map((control) => control.waitUntilReady()));
  }

  /** The process of an instance. @throws PitwallError `not_running` */
  pidOf({ name }: Instance): number {
    const pid = this.#controls.get(name)?.pid ?? null;
    if (pid === null) throw new PitwallError(`${name} does not run.`, { code: 'not_running' });
    return pid;
  }

  /** Ends a process as `kill -9` does. It is started again after half a second. */
  kill(instance: Instance): void {
    const pid = this.pidOf(instance);
    this.#caused.add(pid);
    process.kill(pid, 'SIGKILL');
  }

  /** Asks a process to end, waits until it has, starts it again and waits until it is ready. */
  async roll(instance: Instance): Promise<ChildExit> {
    const exit = await this.#end(instance);
    await this.#launch(instance, {});
    await this.#controls.get(instance.name)?.waitUntilReady();
    return exit;
  }

  /** Ends these processes, does `work` while they are down, starts them again and waits until they are ready. */
  async standDown(instances: readonly Instance[], work: () => Promise<void>): Promise<void> {
    await Promise.all(instances.map((instance) => this.#end(instance)));
    await work();
    for (const instance of instances) await this.#launch(instance, {});
    for (const { name } of instances) await this.#controls.get(name)?.waitUntilReady();
  }

  /** As {@link roll}, with further variables for this one start, which is expected to come to harm: it is not waited for. @returns its pid */
  async startDoomed(instance: Instance, environment: Environment): Promise<number> {
    await this.#end(instance);
    await this.#launch(instance, environment);
    const pid = this.pidOf(instance);
    this.#caused.add(pid);
    return pid;
  }

  /** Variables for the next time that the instance is started again after an end; that one is expected to come to harm, too. */
  armNext({ name }: Instance, environment: Environment): void {
    this.#armed.set(name, environment);
  }

  /** Resolves when the end of the instance's process has been seen, and another one is started. */
  async untilStartedAgain({ name }: Instance): Promise<void> {
    while (!this.#restarting.has(name)) await sleep(LOOK_EVERY_MS);
    await this.#restarting.get(name);
  }

  /** Hand every exit of a child of the stack to this. */
  exited(exit: ChildExit): void {
    const instance = this.instances.find(({ name }) => name === exit.name);
    if (instance === undefined) return;
    this.#ends.push(exit);
    const how = exit.signal === null ? `with code ${exit.code}` : `by ${exit.signal}`;
    this.#options.timeline.note(`${exit.name} (pid ${exit.pid}) ended ${how}`);
    if (exit.expected || this.#isOver) return;
    if (!this.#caused.has(exit.pid)) this.#unexplained.push(exit);
    this.#restarting.set(
      instance.name,
      this.#restart(instance)
        // Whoever waits for what it would have done will say that it did not.
        .catch((error: unknown) =>
          this.#options.timeline.note(`${instance.name} is not started again: ${String(error)}`),
        )
        .finally(() => this.#restarting.delete(instance.name)),
    );
  }

  /** Asks all to end and waits until they have. */
  async stop(): Promise<void> {
    await this.dismiss();
    await Promise.all([...this.#controls.values()].map((control) => control.stop()));
  }

  /** Nobody is started again from now on; resolves when nobody is about to be. */
  async dismiss(): Promise<void> {
    this.#isOver = true;
    await Promise.all(this.#restarting.values());
  }

  async #restart(instance: Instance): Promise<void> {
    await sleep(RESTART_AFTER_MS);
    if (this.#isOver) return;
    const armed = this.#armed.get(instance.name) ?? {};
    this.#armed.delete(instance.name);
    await this.#launch(instance, armed);
    if (Object.keys(armed).length > 0) this.#caused.add(this.pidOf(instance));
  }

  async #end(instance: Instance): Promise<ChildExit> {
    const pid = this.pidOf(instance);
    this.#caused.add(pid);
    await this.#controls.get(instance.name)?.stop();
    const exit = this.#ends.findLast((end) => end.pid === pid);
    if (exit === undefined)
      throw new PitwallError(`${instance.name} was stopped and has not ended.`, { code: 'no_end' });
    return exit;
  }

  async #launch({ name, spec }: Instance, more: Environment): Promise<void> {
    const started = { ...spec, graceMs: STOP_GRACE_MS, readyTimeoutMs: READY_WITHIN_MS, env: { ...spec.env, ...more } };
    const control = await this.#options.supervisor.launch(started);
    this.#controls.set(name, control);
    const extra = Object.entries(more).map(([variable, value]) => ` ${variable}=${value}`);
    this.#options.timeline.note(`${name} (pid ${control.pid}) is started${extra.join('')}`);
  }
}
