import type { Fields } from '../../core/json.ts'

/** Whether a user signs in at another tenant: it was invited. A guest that was created as a user signs in here. */
export const isExternal = (user: Fields): boolean => (user['externalUserState'] ?? null) !== null
