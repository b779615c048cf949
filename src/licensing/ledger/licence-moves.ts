import { isFields, type Fields } from '../../core/json.ts'

/** A product that a user, or a group, got or lost by a change. */
export interface LicenceMove {
  readonly change: 'gained' | 'lost'
  /** In lower case. */
  readonly sku: string
  /** Ids; null for what it is not about. */
  readonly user: string | null
  readonly group: string | null
  readonly userPrincipalName: string | null
  /** Units that it took (1) or freed (-1); 0 if a group or the user has the product as well; null if it was not recorded. */
  readonly units: number | null
}

/** A change as the audit log has it. */
interface LoggedChange {
  readonly operation: string
  /** The values of its row. */
  readonly value: Fields
  /** What was there before it; null if it was not recorded. */
  readonly before: Fields | null
}

/** Products of a user, each by its own row. */
const single = new Set(['assign-license', 'modify-license', 'remove-license', 'inherit-license', 'detach-license'])
/** A product of a group: which members then got or lost it, the log does not say. */
const ofGroups = new Set(['assign-group-license', 'remove-group-license'])
/** Several products of a user at once. */
const several = new Set(['transfer-license', 'exchange-license'])

/**
 * The products that a change gave or took. Changes that only turn plans on or off have none.
 *
 * @returns undefined for a change that is not about licences, `unclear` if the log lacks what was there before
 */
export const licenceMoves = (change: LoggedChange): readonly LicenceMove[] | 'unclear' | undefined => {
  const { operation, value, before } = change
  if (![single, several, ofGroups].some(kinds => kinds.has(operation))) return undefined
  const [user, group] = ['user', 'group'].map(name => textIn(value, name)) as [string | null, string | null]
  const isOfGroup = ofGroups.has(operation)
  const [old, now] = !several.has(operation)
    ? [ofSku(value, before?.['plans']), ofSku(value, before?.['after'])]
    : [statesIn(before?.['states']), statesIn(before?.['after'])]
  if (!old || !now || (isOfGroup ? group : user) === null) return 'unclear'
  const moveOf = (kind: LicenceMove['change'], sku: string): LicenceMove => ({
    change: kind,
    sku,
    user: isOfGroup ? null : user,
    group: isOfGroup ? group : null,
    userPrincipalName: textIn(before, 'userPrincipalName'),
    units: unitsIn(before, kind, sku),
  })
  return [...new Set([...old.keys(), ...now.keys()])].flatMap(sku => {
    const [had, has] = [old.get(sku) === true, now.get(sku) === true]
    return had === has ? [] : [moveOf(has ? 'gained' : 'lost', sku)]
  })
}

/** Whether each product is there directly. */
type Held = ReadonlyMap<string, boolean>

const ofSku = ({ sku }: Fields, plans: unknown): Held | undefined =>
  typeof sku === 'string' && (plans === null || Array.isArray(plans))
    ? new Map([[sku.toLowerCase(), plans !== null]])
    : undefined

const statesIn = (states: unknown): Held | undefined =>
  isFields(states)
    ? new Map(Object.entries(states).map(([sku, plans]) => [sku.toLowerCase(), plans !== null]))
    : undefined

const unitsIn = (before: Fields | null, kind: LicenceMove['change'], sku: string): number | null => {
  const moved = before?.[kind === 'gained' ? 'takes' : 'frees']
  if (!Array.isArray(moved)) return null
  return moved.includes(sku) ? (kind === 'gained' ? 1 : -1) : 0
}

const textIn = (before: Fields | null, name: string): string | null => {
  const text = before?.[name]
  return typeof text === 'string' ? text : null
}
