import { findings, type Law } from './law.js';

/** L6. */
export const windowsAgree: Law = {
  code: 'L6',
  promise: "Monitoring's windows hold what the oracle counts by itself.",
  violations: ({ own, windows }) => {
    const keys = [...new Set([...own.numbers.keys(), ...windows.numbers.keys()])];
    const wrong = keys.flatMap((key) => {
      const expected = own.numbers.get(key) ?? 0;
      const stored = windows.numbers.get(key) ?? 0;
      return expected === stored ? [] : [`${key} is ${stored} instead of ${expected}`];
    });
    return findings('numbers in windows are wrong', wrong);
  },
};
