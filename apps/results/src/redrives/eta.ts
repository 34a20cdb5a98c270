/** What the end of a redrive is reckoned from. */
export interface RedrivePulse {
  readonly state: string;
  readonly waiting: number;
  /** Records sent in the last `recentSeconds`. */
  readonly recentlySent: number;
  readonly recentSeconds: number;
}

/** Seconds until the last record is sent, at the rate of the last seconds; null where nothing is being sent. */
export function etaSeconds({ state, waiting, recentlySent, recentSeconds }: RedrivePulse): number | null {
  if (state !== 'running') return null;
  if (waiting === 0) return 0;
  if (recentlySent === 0 || recentSeconds <= 0) return null;
  return Math.ceil((waiting * recentSeconds) / recentlySent);
}
