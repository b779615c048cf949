import { linkAddition } from './links/link-operation.ts'

/** Adds owners to groups, up to 20 in a request. */
const addOwner = linkAddition('add-owner', 'Add owners', 'owners')
export default addOwner
