import type { Kind } from './types.ts'

/** All kinds, in the order in which an id is looked up. */
export const kinds: readonly Kind[] = [
  'user',
  'group',
  'device',
  'application',
  'servicePrincipal',
  'orgContact',
  'administrativeUnit',
  'directoryRole',
]
