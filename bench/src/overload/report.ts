import { tableLines } from '../terminal/table.js';
import type { Demand } from './demands.js';
import type { OverloadNumbers } from './run-overload.js';

const whole = new Intl.NumberFormat('en-US', { maximumFractionDigits: 0 });

/** What was measured and what held, for people. */
export function overloadLines(numbers: OverloadNumbers, demands: readonly Demand[]): readonly string[] {
  const { calibratedPerSecond, pressedPerSecond, seconds, sent, http, backlog, drainedPerSecond } = numbers;
  return [
    `Drained before: ${whole.format(calibratedPerSecond)} events/s.`,
    `Sent: ${whole.format(pressedPerSecond)} events/s for ${whole.format(seconds)} s, ${whole.format(sent)} in all; of these ${whole.format(http.accepted)} over HTTP.`,
    `Backlog when it was over: ${whole.format(backlog)} events; drained at ${whole.format(drainedPerSecond)} events/s.`,
    '',
    ...tableLines(
      [
        { title: 'must hold', align: 'left', cell: ({ what }: Demand) => what },
        { title: 'seen', align: 'left', cell: ({ seen }) => seen },
        { title: '', align: 'left', cell: ({ holds }) => (holds ? 'held' : 'DID NOT HOLD') },
      ],
      demands,
    ),
  ];
}
