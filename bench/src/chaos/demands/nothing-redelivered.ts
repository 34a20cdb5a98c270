import { type Demand, only } from './demand.js';

/** Nothing may be done again: no copy on any topic. */
export const nothingRedelivered: Demand = ({ redelivered }) => {
  const again = [...redelivered].filter(([, count]) => count > 0).map(([kind, count]) => `${count} on ${kind}`);
  return only(again.length === 0 ? [] : [`Nothing may be done again: ${again.join(', ')}`]);
};
