import { isFields, type Fields } from '../../core/json.ts'
import type { AssignmentFamily } from '../directory/assignment-types.ts'
import type { AgreementChange } from '../directory/partnership.ts'
import type { PrepaidUnits } from '../directory/licences/types.ts'
import type { Kind, Mutation, Relation, View } from '../directory/types.ts'
import { kinds } from '../directory/kinds.ts'
import { faultKinds, type FaultRule } from '../faults/types.ts'
import { GraphFault } from '../protocol.ts'
import type { defaultKnobs } from '../resources/knobs.ts'
import type { Consented } from './consents.ts'
import type { Standing } from './secrets.ts'
import type { Switches } from './switches.ts'

/** The control endpoint's error for an invalid body. */
export const usage = (message: string): GraphFault => new GraphFault(400, 'BadRequest', message)

type Check = readonly [fits: (value: unknown) => boolean, words: string]
const oneOf = (...words: readonly string[]): Check => [
  value => typeof value === 'string' && words.includes(value),
  `one of ${words.join(', ')}`,
]
const text: Check = [value => typeof value === 'string' && value !== '', 'text']
const fields: Check = [isFields, 'an object of properties']
const flag: Check = [value => typeof value === 'boolean', 'true or false']
const texts: Check = [
  value => Array.isArray(value) && value.every(one => typeof one === 'string' && one !== ''),
  'a list of strings',
]
const number = (least: number, most = Infinity): Check => [
  value => typeof value === 'number' && value >= least && value <= most,
  most === Infinity ? `a number from ${least}` : `a number from ${least} to ${most}`,
]
const whole = (least: number): Check => [
  value => typeof value === 'number' && Number.isInteger(value) && value >= least,
  `a whole number from ${least}`,
]

interface Shape {
  readonly needed?: Readonly<Record<string, Check>>
  readonly possible?: Readonly<Record<string, Check>>
}

/** Checks the fields of a body. @throws GraphFault naming the first invalid field */
const bodyOf = (what: string, given: unknown, { needed = {}, possible = {} }: Shape): Fields => {
  const known = { ...needed, ...possible }
  if (!isFields(given)) throw usage(`Expected ${what} as an object with ${Object.keys(known).join(', ')}.`)
  for (const name of Object.keys(given))
    if (!Object.hasOwn(known, name))
      throw usage(`Unexpected ${JSON.stringify(name)} in ${what}; expected ${Object.keys(known).join(', ')}.`)
  for (const name of Object.keys(needed))
    if (given[name] === undefined) throw usage(`Missing ${name} in ${what}; expected ${needed[name]![1]}.`)
  for (const [name, value] of Object.entries(given))
    if (!known[name]![0](value))
      throw usage(`Expected ${name} in ${what} to be ${known[name]![1]}, got ${JSON.stringify(value)}.`)
  return given
}

const retryAfter: Check = [
  value => ['none', 'decimal', 'date'].includes(value as string) || number(0)[0](value),
  'none, decimal, date or a number of seconds',
]

/** Options that only some faults have. */
const faultsWith = {
  applied: ['500', '502', '503', '504', 'missingEntry'],
  share: ['lostReply'],
} as const

/** Reads one fault or a list of faults. */
export const asRules = (given: unknown): readonly FaultRule[] =>
  [given].flat().map(one => {
    const rule = bodyOf('a fault', one, {
      needed: { fault: oneOf(...faultKinds) },
      possible: {
        match: text,
        nth: whole(1),
        every: whole(1),
        rate: number(0, 1),
        times: whole(0),
        retryAfter,
        delayMs: number(0),
        applied: flag,
        share: number(0, 1),
      },
    }) as unknown as FaultRule
    for (const [name, faults] of Object.entries(faultsWith))
      if (name in rule && !(faults as readonly string[]).includes(rule.fault))
        throw usage(`Unexpected ${name} in a fault ${rule.fault}; only ${faults.join(', ')} can have it.`)
    return rule
  })

const relations: readonly Relation[] = ['members', 'owners', 'registeredOwners', 'registeredUsers', 'manager']
const kind = oneOf(...kinds)
const object = { do: text, kind, id: text }
const target: Check = [
  value => isFields(value) && kinds.includes(value['kind'] as Kind) && text[0](value['id']),
  'an object { kind, id }',
]
const family = oneOf('appRoles', 'roles', 'laterRoles', 'eligibleRoles', 'scopes')
const assigned = { family, of: text, within: text }
const shapes: Readonly<Record<Mutation['do'], Shape>> = {
  create: { needed: { do: text, kind, values: fields } },
  update: { needed: { ...object, values: fields } },
  delete: { needed: object },
  restore: { needed: object },
  purge: { needed: object },
  link: { needed: { ...object, relation: oneOf(...relations), target } },
  unlink: { needed: { ...object, relation: oneOf(...relations), target } },
  assign: { needed: { ...object, ...assigned }, possible: { values: fields } },
  unassign: { needed: { ...object, ...assigned } },
}

/** Reads one change or a list of changes. All are checked before the first one is made. */
export const asMutations = (given: unknown): readonly Mutation[] =>
  [given].flat().map(one => {
    const name = isFields(one) ? one['do'] : undefined
    const [isKnown, words] = oneOf(...Object.keys(shapes))
    if (!isKnown(name)) throw usage(`Expected do in a change to be ${words}, got ${JSON.stringify(name) ?? 'nothing'}.`)
    return bodyOf('a change', one, shapes[name as Mutation['do']]) as unknown as Mutation
  })

/** Reads the units of a product. Those that are not given stay. */
export const asSeats = (given: unknown): { readonly sku: string; readonly units: Partial<PrepaidUnits> } => {
  const { sku, ...units } = bodyOf('seats', given, {
    needed: { sku: text },
    possible: { enabled: whole(0), warning: whole(0), suspended: whole(0), lockedOut: whole(0) },
  })
  return { sku: sku as string, units }
}

/** Reads the lag of a view. */
export const asLag = (given: unknown): { readonly view: View; readonly ms: number; readonly upToMs?: number } => {
  const lag = bodyOf('a lag', given, {
    needed: { view: oneOf('direct', 'index'), ms: number(0) },
    possible: { upToMs: number(0) },
  }) as unknown as ReturnType<typeof asLag>
  if (lag.upToMs !== undefined && lag.upToMs < lag.ms) throw usage('Expected upToMs in a lag to be at least ms.')
  return lag
}

/** Reads how far to move the clock. */
export const asForward = (given: unknown): { readonly forwardMs: number } =>
  bodyOf('a clock change', given, { needed: { forwardMs: number(0) } }) as never

interface WantedToken {
  readonly app?: string
  readonly roles?: readonly string[]
  readonly scp?: readonly string[]
  readonly wids?: readonly string[]
  readonly lifetimeSeconds?: number
}

/** Reads the options of a token. All of them are optional. */
export const asWantedToken = (given: unknown = {}): WantedToken =>
  bodyOf('a token', given, {
    possible: { app: text, roles: texts, scp: texts, wids: texts, lifetimeSeconds: [Number.isFinite, 'a number'] },
  })

/** Reads what became of the secret of an app. */
export const asSecret = (given: unknown): { readonly app: string; readonly standing: Standing } =>
  bodyOf('a secret', given, {
    needed: { app: text, standing: oneOf('valid', 'revoked', 'expired') },
  }) as never

const time: Check = [value => typeof value === 'string' && !Number.isNaN(Date.parse(value)), 'a time (ISO 8601)']

/** Reads a change of the relationships with one customer, or with all. */
export const asRelationship = (
  given: unknown,
): { readonly customer: string | undefined; readonly change: AgreementChange } => {
  const { customer, status, ...change } = bodyOf('a relationship', given, {
    possible: {
      customer: text,
      status: oneOf('active', 'terminated', 'approvalPending'),
      endDateTime: time,
      autoExtendDuration: oneOf('PT0S', 'P180D'),
      roles: texts,
    },
  })
  return {
    customer: (customer as string | undefined)?.toLowerCase(),
    change: {
      ...change,
      ...(status === undefined
        ? {}
        : { isTerminated: status === 'terminated', isPending: status === 'approvalPending' }),
    },
  }
}

/** Reads what a tenant consents to: all, or some roles and scopes. */
export const asConsent = (given: unknown): Consented => {
  if (given === undefined) return 'all'
  const { roles = [], scopes = [] } = bodyOf('a consent', given, { possible: { roles: texts, scopes: texts } })
  return { roles, scopes } as Consented
}

const knobChecks: Readonly<Record<keyof typeof defaultKnobs, Check>> = {
  pageTokenLifeMs: number(0),
  deltaTokenLifeMs: number(0),
  deltaReplays: whole(0),
  deltaPageSize: whole(1),
  deltaMembersPerPage: whole(1),
  withoutCreatedDateTime: flag,
  refusesDisputed: flag,
  objectQuota: whole(0),
  refLess: oneOf('delete', 'refuse'),
  securityGroupBin: flag,
  writeMs: number(0),
  concurrencyStatus: [value => value === 409 || value === 400, '409 or 400'],
  queueWrites: flag,
  provisioningCycleMs: number(0),
  provisioningLogMs: number(0),
  missingActiveDisables: flag,
  deletedLicences: oneOf('held', 'freed'),
  warningUnitsAssignable: flag,
  groupLicensingMs: number(0),
  groupLicensingPerSecond: whole(0),
  maxActiveRoleDays: number(0),
  maxEligibleRoleDays: number(0),
  roleTicketRequired: flag,
}

/** Reads a set of knobs. */
export const asSwitches = (given: unknown): Partial<Switches> =>
  bodyOf('knobs', given, { possible: { ...knobChecks, gzip: flag, roles: texts } })

/** Reads a whole number from the query. */
export const asCount = (query: URLSearchParams, name: string, fallback: number): number => {
  const given = query.get(name)
  const [fits, words] = whole(0)
  if (given === null) return fallback
  if (given === '' || !fits(Number(given)))
    throw usage(`Expected ${name} to be ${words}, got ${JSON.stringify(given)}.`)
  return Number(given)
}

const fromQuery = (query: URLSearchParams, name: string, [fits, words]: Check): string => {
  const given = query.get(name)
  if (!fits(given))
    throw usage(`Expected ${name} to be ${words}, got ${given === null ? 'nothing' : JSON.stringify(given)}.`)
  return given as string
}

/** Reads a kind from the query. */
export const asKind = (query: URLSearchParams): Kind => fromQuery(query, 'kind', kind) as Kind

/** Reads an object and one of its relations from the query. */
export const asOwnedLinks = (
  query: URLSearchParams,
): { readonly kind: Kind; readonly id: string; readonly relation: Relation } => ({
  kind: asKind(query),
  id: fromQuery(query, 'id', text).toLowerCase(),
  relation: fromQuery(query, 'relation', oneOf(...relations)) as Relation,
})

/** Reads a family of assignments and, where the query has it, the role from the query. */
export const asAssignments = (query: URLSearchParams): { readonly family: AssignmentFamily; readonly of?: string } => {
  const of = query.get('of')
  return {
    family: fromQuery(query, 'family', family) as AssignmentFamily,
    ...(of === null ? {} : { of: of.toLowerCase() }),
  }
}

/** Decodes the rest of a path. */
export const asPathPart = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch (cause) {
    throw Object.assign(usage(`Invalid percent-encoding in ${text}.`), { cause })
  }
}
