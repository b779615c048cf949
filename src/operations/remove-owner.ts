import { linkRemoval } from './links/link-operation.ts'

/** Removes owners from groups. */
export const removeOwner = linkRemoval('remove-owner', 'Remove owners', 'owners')
