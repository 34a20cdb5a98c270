import { PIPELINE_FILE, type DefinitionCheck } from './check.js';

/** Where events get too old to be scored it is said what is decided of them. */
export const checkTimeToLive: DefinitionCheck = ({ event, decision }) => {
  const timeToLiveMs = event?.timeToLiveMs;
  if (timeToLiveMs === undefined || decision === undefined || decision.fallback !== undefined) return [];
  const { act, hold } = decision;
  const expected = `decision.fallback to say what is decided of an event that is too old (${act} or ${hold}), or no time to live`;
  return [{ file: PIPELINE_FILE, path: ['event', 'timeToLiveMs'], got: timeToLiveMs, expected }];
};
