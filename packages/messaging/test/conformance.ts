import { consumingCases } from './conformance/consuming.js';
import { holdingCases } from './conformance/holding.js';
import { membershipCases } from './conformance/membership.js';
import { readingCases } from './conformance/reading.js';
import { recordCases } from './conformance/records.js';
import { settingOffsetsCases } from './conformance/setting-offsets.js';
import { tableAndTopicCases } from './conformance/tables-and-topics.js';
import { type ConformanceTarget, ConformanceWorld } from './conformance/world.js';

/** The behaviour that every implementation of the port has. */
export function describeConformance(name: string, makeTarget: () => Promise<ConformanceTarget>): void {
  const world = new ConformanceWorld(makeTarget);
  describe(`${name} as a messaging client`, () => {
    beforeAll(() => world.open(), 60_000);
    beforeEach(() => world.begin());
    afterEach(() => world.end());
    afterAll(() => world.close());

    consumingCases(world);
    holdingCases(world);
    membershipCases(world);
    recordCases(world);
    tableAndTopicCases(world);
    readingCases(world);
    settingOffsetsCases(world);
  });
}
