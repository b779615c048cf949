import { linkRemoval } from './links/link-operation.ts'

/** Removes owners from groups. */
const removeOwner = linkRemoval('remove-owner', 'Remove owners', 'owners')
export default removeOwner
