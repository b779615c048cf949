/** The object types of the sandbox, named as in Microsoft's schema. */
export type Kind =
  | 'user'
  | 'group'
  | 'device'
  | 'application'
  | 'servicePrincipal'
  | 'orgContact'
  | 'administrativeUnit'
  | 'directoryRole'

/** An object of a kind. */
export interface Reference {
  readonly kind: Kind
  readonly id: string
}
