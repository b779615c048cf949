import { linkRemoval } from './links/link-operation.ts'

/** Removes members from groups. */
const removeMember = linkRemoval('remove-member', 'Remove members', 'members')
export default removeMember
