import { isFields, type Json } from '../../core/json.ts'
import type { OperationContext, Values } from '../../core/operation.ts'
import { readEach } from '../objects/read-each.ts'

/** Path of the passes of a user. */
export const passesOf = (user: string): string => `/users/${user}/authentication/temporaryAccessPassMethods`

/** A Temporary Access Pass as Graph shows it, without its value. */
export interface Pass {
  readonly id: string
  readonly createdDateTime: string
  readonly startDateTime: string
  readonly lifetimeInMinutes: number
  readonly isUsableOnce: boolean
  /** `EnabledByPolicy`, `DisabledByPolicy`, `NotYetValid`, `Expired` or `OneTimeUsed`. */
  readonly methodUsabilityReason: string
}

/**
 * Reads the passes of users, at most one each; undefined for a user who does not exist.
 *
 * @see https://learn.microsoft.com/graph/api/authentication-list-temporaryaccesspassmethods
 */
export const passesSeen = async (
  users: readonly string[],
  context: OperationContext,
): Promise<readonly (readonly Pass[] | undefined)[]> => {
  const found = await readEach(users.map(passesOf), context)
  return found.map(reply => (reply ? ((reply as Values)['value'] as object as readonly Pass[]) : undefined))
}

/** Ids in a list that was noted before a request. */
export const idsIn = (value: Json | undefined): readonly string[] =>
  Array.isArray(value) ? (value as readonly string[]) : []

/** A reply's body as values. */
export const bodyOf = (body: unknown): Values => (isFields(body) ? (body as Values) : {})
