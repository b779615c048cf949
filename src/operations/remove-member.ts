import { linkRemoval } from './links/link-operation.ts'

/** Removes members from groups. */
export const removeMember = linkRemoval('remove-member', 'Remove members', 'members')
