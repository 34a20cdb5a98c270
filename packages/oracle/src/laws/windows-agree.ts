import { found, type Law } from './law.js';

/** L6. */
export const windowsAgree: Law = {
  code: 'L6',
  promise: "Monitoring's windows hold what the oracle counts by itself.",
  findings: ({ own, windows }) => {
    const all = new Set([...own.numbers.keys(), ...windows.numbers.keys()]);
    const keys = [...all].filter((key) => isCertain(key, own.spread));
    const wrong = keys.flatMap((key) => {
      const expected = own.numbers.get(key) ?? 0;
      const stored = windows.numbers.get(key) ?? 0;
      return expected === stored ? [] : [`${key} is ${stored} instead of ${expected}`];
    });
    return found('numbers in windows are wrong', wrong);
  },
};

/** Of kinds with ids on several partitions, only how many there are does not depend on who was first. */
function isCertain(key: string, spread: ReadonlySet<string>): boolean {
  const [kind = '', , what = ''] = key.split(' ');
  return !spread.has(kind) || what === 'totals.predictions' || what === 'totals.results';
}
