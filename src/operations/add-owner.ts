import { linkAddition } from './links/link-operation.ts'

/** Adds owners to groups, up to 20 in a request. */
export const addOwner = linkAddition('add-owner', 'Add owners', 'owners')
