import type { Handler } from './call.ts'
import { demand, type Requirement } from './permissions.ts'

/** A handler that answers only who holds one of the permissions. */
export const needing =
  (requirement: Requirement, handle: Handler): Handler =>
  call => {
    demand(call.request.caller, requirement)
    return handle(call)
  }
