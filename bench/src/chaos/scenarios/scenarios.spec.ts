import { FAILPOINTS, PLANTED_BUGS } from '@pitwall/failpoints';
import { PROFILES } from '../profile.js';
import { SCENARIOS } from './index.js';

describe.each(SCENARIOS)('the scenario $name', (scenario) => {
  const profiles = PROFILES.filter((profile) => scenario.seconds[profile] !== null);

  it('is run by a profile, and does something there', () => {
    expect(profiles.length).toBeGreaterThan(0);
    for (const profile of profiles) {
      const isLong = (scenario.seconds[profile] ?? 0) > 0;
      expect(isLong || scenario.faults(profile).length > 0).toBe(true);
    }
  });

  it('has a name that can be typed and a sentence that says what is done', () => {
    expect(scenario.name).toMatch(/^[a-z]+(-[a-z]+)*$/);
    expect(scenario.what.length).toBeGreaterThan(20);
  });

  it('has a proxy where a link is broken, and two processes where one is to be overtaken', () => {
    const faults = profiles.flatMap((profile) => scenario.faults(profile));
    const overtaken = faults.flatMap((fault) => (fault.kind === 'zombies' ? fault.stops : []));
    expect(faults.filter(({ kind }) => kind === 'network' && !scenario.isProxied)).toEqual([]);
    expect(overtaken.filter(({ service }) => (scenario.instances?.[service] ?? 1) < 2)).toEqual([]);
  });

  it('has the model that some events are deadly for where such are sent', () => {
    const kinds = profiles.flatMap((profile) => scenario.faults(profile)).map(({ kind }) => kind);
    expect(kinds.includes('deadly-events')).toBe(scenario.isModelTreacherous === true);
  });

  it('kills no service where traces have to be whole', () => {
    const deadly = new Set(['kill', 'failpoints', 'redrive', 'kill-broker', 'fill-disk']);
    const faults = profiles.flatMap((profile) => scenario.faults(profile));
    expect(scenario.isTraced ? faults.filter(({ kind }) => deadly.has(kind)) : []).toEqual([]);
  });

  it('is deterministic: what is done to whom does not change from call to call', () => {
    for (const profile of profiles) expect(scenario.faults(profile)).toEqual(scenario.faults(profile));
  });
});

describe('all scenarios together', () => {
  it('have different names', () => {
    expect(new Set(SCENARIOS.map(({ name }) => name)).size).toBe(SCENARIOS.length);
  });

  it('look for every planted bug, each in one of them', () => {
    expect(SCENARIOS.flatMap(({ catches }) => catches).toSorted()).toEqual([...PLANTED_BUGS].toSorted());
  });

  it('kill at every failpoint that there is', () => {
    const hit = new Set<string>(['after_redrive_send']);
    const faults = SCENARIOS.flatMap((scenario) => scenario.faults('full'));
    for (const fault of faults) if (fault.kind === 'failpoints') fault.at.forEach((name) => hit.add(name));
    expect(FAILPOINTS.filter((name) => !hit.has(name))).toEqual([]);
  });
});
