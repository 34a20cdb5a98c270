/** How thorough a run is. */
export const PROFILES = ['smoke', 'full'] as const;
/** One of {@link PROFILES}. */
export type Profile = (typeof PROFILES)[number];
