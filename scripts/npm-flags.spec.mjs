import { swallowedFlagsMessage } from './npm-flags.mjs';

describe('flags that npm took for itself', () => {
  it('says the command that was meant', () => {
    expect(swallowedFlagsMessage('start', ['once', 'speed'], { npm_config_once: 'true' })).toBe(
      'npm took --once for itself. Flags of Pitwall go after two dashes: npm start -- --once …',
    );
  });

  it('finds a flag that turns something off', () => {
    expect(swallowedFlagsMessage('start', ['no-replay'], { npm_config_replay: '' })).toContain(
      'npm start -- --no-replay',
    );
  });

  it('says how a script is run that npm does not know', () => {
    expect(swallowedFlagsMessage('bench', ['events'], { npm_config_events: '1' })).toContain(
      'npm run bench -- --events',
    );
  });

  it("says nothing about npm's own settings", () => {
    expect(swallowedFlagsMessage('start', ['once'], { npm_config_loglevel: 'silent' })).toBeUndefined();
  });
});
