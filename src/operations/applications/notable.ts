import type { Notable, Values } from '../../core/operation.ts'

/** What is read of a service principal to find out what is notable. */
export const notableProperties: readonly string[] = ['appOwnerOrganizationId', 'servicePrincipalType']

/** Microsoft's own tenant. */
const ofMicrosoft = 'f8cdef31-a31e-4b4a-93e4-5f571e91255a'

/** What people want to know of a service principal before it is deleted. */
export const notablePrincipal = (principal: Values): readonly Notable[] => [
  ...(principal['appOwnerOrganizationId'] === ofMicrosoft ? (['microsoft'] as const) : []),
  ...(principal['servicePrincipalType'] === 'ManagedIdentity' ? (['managed-identity'] as const) : []),
]
