import { EntrapipeError } from '../../core/errors.ts'

/** What a person may do. Each but Reader may also read; Admin may do everything. */
export const roles = ['Reader', 'Operator', 'Approver', 'Admin'] as const
/** One of `roles`. */
export type Role = (typeof roles)[number]

/** Who sends a request, and what they may do. */
export interface Caller {
  /** Names the person in the audit, and tells persons apart: `person:ann`, `entra:<tenant>/<object>`, `local:ann@desk`. */
  readonly id: string
  readonly name: string
  readonly roles: readonly Role[]
  /** Names of tenants, or all that the server has. */
  readonly tenants: readonly string[] | 'all'
  /** A program without a person approves nothing. */
  readonly isApp: boolean
}

/** Whether a caller has a role, or one that includes it. */
export const hasRole = ({ roles: own }: Caller, role: Role): boolean =>
  own.includes('Admin') || (role === 'Reader' ? own.length > 0 : own.includes(role))

/** @throws EntrapipeError `NOT_ALLOWED` */
export const expectRole = (caller: Caller, role: Role): void => {
  if (hasRole(caller, role)) return
  throw new EntrapipeError(
    'NOT_ALLOWED',
    `This needs the role ${role}${role === 'Admin' ? '' : ' or Admin'}, and ${caller.name} has ${caller.roles.join(', ') || 'none'}.`,
    { facts: { role }, fix: 'Ask an administrator of the server for it.' },
  )
}
