/**
 * `npm start --once` gives the flag to npm, which keeps it as `npm_config_once` and says nothing; the command meant is
 * `npm start -- --once`.
 *
 * @param {string} script name of the npm script
 * @param {readonly string[]} flags long flags of the script, without dashes; `no-x` for those that turn something off
 * @param {Readonly<Record<string, string | undefined>>} env
 * @returns {string | undefined} what to tell the user, undefined if npm kept no flag back
 */
export const swallowedFlagsMessage = (script, flags, env) => {
  const swallowed = flags.filter(
    (flag) => env[`npm_config_${flag.replace(/^no-/, '').replaceAll('-', '_')}`] !== undefined,
  );
  if (swallowed.length === 0) return undefined;
  const given = swallowed.map((flag) => `--${flag}`).join(' ');
  return `npm took ${given} for itself. Flags of Pitwall go after two dashes: npm ${script === 'start' ? '' : 'run '}${script} -- ${given} …`;
};
