import type { ChildExit, ChildSpec } from './child-spec.js';

/** What the keeper is told at its start, as JSON in its only argument. */
export interface KeeperConfig {
  /** Where it writes one record per child. */
  readonly runFolder: string;
  /** Released when all is stopped. */
  readonly lockFile: string;
  /** Only this holder's lock is released. */
  readonly lockToken: string;
  /** The data folder to delete when all is stopped; null: it stays. */
  readonly temporaryHome: string | null;
}

/** What the parent asks for. */
export type KeeperRequest =
  | { readonly kind: 'start'; readonly spec: ChildSpec }
  | { readonly kind: 'signal'; readonly name: string; readonly signal: NodeJS.Signals }
  | { readonly kind: 'stop'; readonly name: string }
  | { readonly kind: 'stop_all' };

/** A request on its way; the answer carries the same number. */
export interface NumberedRequest {
  readonly number: number;
  readonly request: KeeperRequest;
}

/** What a request came to: `pid` of the started or signalled child, null when it did not run. */
export type KeeperAnswer = { readonly pid: number | null } | { readonly error: string };

/** What the keeper says. */
export type KeeperMessage =
  | { readonly kind: 'answer'; readonly number: number; readonly answer: KeeperAnswer }
  | { readonly kind: 'exited'; readonly exit: ChildExit };
