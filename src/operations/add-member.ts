import { linkAddition } from './links/link-operation.ts'

/** Adds members to groups, up to 20 in a request. */
export const addMember = linkAddition('add-member', 'Add members', 'members')
