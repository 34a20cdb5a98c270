/** Why a partition does not go on as it should. */
export interface Trouble {
  readonly kind: 'retrying' | 'limited';
  readonly reason: string;
}

/** Its dead letters wait. */
export const LETTERS_HELD: Trouble = {
  kind: 'limited',
  reason: 'dead letters come faster than they are let through: the partition waits until those at hand are sent',
};
/** Its records that failed take all the room there is. */
export const NO_ROOM: Trouble = {
  kind: 'limited',
  reason: 'as many records as may be are kept to be tried again: the partition waits until one of them is done',
};
