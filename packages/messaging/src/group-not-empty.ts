import { PitwallError } from '@pitwall/contracts';

/** Why the offsets of a group cannot be set; `members` is null where they are not known. */
export function groupNotEmpty(groupId: string, members: number | null): PitwallError {
  const who = members === null ? 'members' : members === 1 ? '1 member' : `${members} members`;
  return new PitwallError(
    `The offsets of ${groupId} cannot be set while it has ${who}; expected none. Stop the service that reads as this group, wait until its session has run out if it was killed, and try again.`,
    { code: 'group_not_empty', details: { groupId, members } },
  );
}
