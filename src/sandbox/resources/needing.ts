import type { Handler } from './call.ts'
import { demand, type Requirement } from './permissions.ts'

/** Wraps a handler so that it requires one of the permissions. */
export const needing =
  (requirement: Requirement, handle: Handler): Handler =>
  call => {
    demand(call.request.caller, requirement)
    return handle(call)
  }
