import { randomBytes, randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import type { Fields } from '../../core/json.ts'
import { isoTimeOfMs } from '../directory/iso-time.ts'
import { securityIdentifierOf } from '../directory/texts.ts'
import type { Author, Directory, Entity, Mutation } from '../directory/types.ts'
import { GraphFault } from '../protocol.ts'
import type { Knobs } from './knobs.ts'
import { provisioningEntry, type Outcome, type ProvisioningEntry } from './provisioning-entry.ts'
import { managerOfScim, mapped } from './scim-user.ts'
import { checkDomain, withComputed } from './user-computed.ts'
import { withoutPassword } from './user-secrets.ts'
import { checkUserValues } from './user-values.ts'

/** A user of an upload, with the request that brought it. */
interface Staged {
  readonly servicePrincipal: { readonly id: string; readonly displayName: string }
  readonly jobId: string
  readonly user: Fields
  readonly by: Author
  readonly dueMs: number
}

/** The provisioning service: users that were uploaded, and what it did with them. It is in memory. */
export interface Provisioning {
  stage(users: readonly Omit<Staged, 'dueMs'>[]): void
  /** The log as it shows now, oldest first. */
  log(): readonly ProvisioningEntry[]
  /** Processes the users whose cycle has begun. Called before each request. */
  run(): void
}

/** The id of the job of a service principal. @see https://learn.microsoft.com/graph/api/synchronization-synchronizationjob-post-bulkupload */
export const jobOf = ({ tenantId }: Pick<Directory, 'tenantId'>, servicePrincipal: string): string =>
  `API2AAD.${tenantId.replaceAll('-', '')}.${servicePrincipal}`

/** Creates the service of a directory. */
export const createProvisioning = (directory: Directory, knobs: () => Required<Knobs>): Provisioning => {
  const staged: Staged[] = []
  const entries: { readonly entry: ProvisioningEntry; readonly shownMs: number }[] = []

  const process = (due: readonly Staged[]): void => {
    const cycleId = randomUUID()
    const wanted = new Set(due.flatMap(({ user }) => [idOf(user), managerOfScim(user)]).filter(id => id !== undefined))
    const found = usersByEmployeeId(directory, wanted)
    const outcomes = due.map(each => ({ each, outcome: perform(directory, asUnderstood(each), found) }))
    // A manager may come later in the upload. One that does not exist is left out.
    for (const { each, outcome } of outcomes) linkManager(directory, each, outcome, found)
    const nowMs = directory.now()
    for (const { each, outcome } of outcomes)
      entries.push({
        entry: provisioningEntry({ ...each, cycleId, tenantId: directory.tenantId, atMs: nowMs, outcome }),
        shownMs: nowMs + knobs().provisioningLogMs,
      })
  }

  const asUnderstood = (each: Staged): Staged =>
    knobs().missingActiveDisables ? { ...each, user: { active: false, ...each.user } } : each

  return {
    stage(users) {
      const dueMs = directory.now() + knobs().provisioningCycleMs
      staged.push(...users.map(user => ({ ...user, dueMs })))
    },
    log: () => entries.filter(({ shownMs }) => shownMs <= directory.now()).map(({ entry }) => entry),
    run() {
      const now = directory.now()
      const until = staged.findIndex(({ dueMs }) => dueMs > now)
      const due = staged.splice(0, until < 0 ? staged.length : until)
      if (due.length > 0) process(due)
    },
  }
}

const idOf = (user: Fields): string | undefined =>
  typeof user['externalId'] === 'string' && user['externalId'] !== '' ? user['externalId'] : undefined

const usersByEmployeeId = (directory: Directory, wanted: ReadonlySet<unknown>): Map<string, string[]> => {
  const found = new Map<string, string[]>()
  const collection = directory.collection('user')
  const query = {
    order: 'default',
    view: 'truth',
    where: (user: Entity) => wanted.has(user['employeeId']),
  } as const
  for (let cursor = undefined as Parameters<typeof collection.slice>[3], isFirst = true; isFirst || cursor;) {
    const slice = collection.slice(query, 1_000, ['id', 'employeeId'], cursor)
    for (const text of slice.json) {
      const { id, employeeId } = JSON.parse(text) as { readonly id: string; readonly employeeId: string }
      found.set(employeeId, [...(found.get(employeeId) ?? []), id])
    }
    ;[cursor, isFirst] = [slice.cursor, false]
  }
  return found
}

/** Creates, updates or disables a user, and says so. */
const perform = (directory: Directory, { user, by }: Staged, found: Map<string, string[]>): Outcome => {
  const externalId = idOf(user)
  // Worded here.
  if (externalId === undefined)
    return failed('other', 'MissingMatchingAttribute', 'The matching attribute externalId has no value.')
  const ids = found.get(externalId) ?? []
  if (ids.length > 1)
    return failed(
      'other',
      'DuplicateTargetEntries',
      'The operation could not be completed because more than one user in the target application was found with the configured matching attributes.',
    )
  const [id] = ids
  const before = id === undefined ? undefined : directory.truth(id)?.entity
  const action = before ? 'update' : 'create'
  try {
    return before ? update(directory, before, mapped(user), by) : create(directory, mapped(user), by, found)
  } catch (error) {
    if (!(error instanceof GraphFault)) throw error
    return failed(action, ...reasonOf(error), id)
  }
}

const failed = (action: Outcome['action'], code: string, reason: string, id?: string): Outcome => ({
  action,
  status: 'failure',

  error: { code, reason },
  ...(id !== undefined && { id }),
})

/** The codes of names and domains are those of the troubleshooting page; the others are Graph's, unconfirmed. */
const reasonOf = ({ code, message }: GraphFault): readonly [code: string, reason: string] => {
  if (/domain portion/.test(message)) return ['AzureActiveDirectoryInvalidUserPrincipalName', 'Domain does not exist.']
  if (/userPrincipalName/.test(message)) return ['AzureActiveDirectoryInvalidUserPrincipalName', message]
  return [code, message]
}

const create = (directory: Directory, given: Fields, by: Author, found: Map<string, string[]>): Outcome => {
  const upn = String(given['userPrincipalName'] ?? '')
  const values = { accountEnabled: true, mailNickname: upn.split('@')[0], ...given }
  checkUserValues({ displayName: '', userPrincipalName: '', ...values })
  checkDomain(directory, upn, undefined)
  const id = directory.freshId()
  const now = isoTimeOfMs(directory.now())
  const password = { password: `${randomBytes(12).toString('base64url')}aA1!` }
  const made = withoutPassword({ ...values, passwordProfile: password }, undefined, now)
  const user = {
    id,
    userType: 'Member',
    ...withComputed(directory, made, {}),
    securityIdentifier: securityIdentifierOf(id),
  }
  directory.commit([{ do: 'create', kind: 'user', values: user }], by)
  found.set(String(given['employeeId']), [id])
  return { action: 'create', status: 'success', id, changes: changesOf({}, given) }
}

const update = (directory: Directory, before: Entity, given: Fields, by: Author): Outcome => {
  const { id } = before
  const differing = Object.fromEntries(
    Object.entries(given).filter(([name, value]) => !isDeepStrictEqual(before[name] ?? null, value)),
  )
  const disables = differing['accountEnabled'] === false
  const names = Object.keys(differing)
  if (names.length === 0) return { action: 'update', status: 'skipped', id }
  const action = disables && names.length === 1 ? 'disable' : 'update'
  if (before['onPremisesSyncEnabled'] === true)
    return failed(
      action,
      'AzureActiveDirectoryCannotUpdateObjectsOriginatedInExternalService',
      'The user is synchronized from on-premises Active Directory and cannot be updated in Microsoft Entra ID.',
      id,
    )
  checkUserValues(differing)
  if ('userPrincipalName' in differing)
    checkDomain(directory, differing['userPrincipalName'], before['onPremisesImmutableId'])
  const values = withComputed(directory, differing, before)
  directory.commit([{ do: 'update', kind: 'user', id, values }], by)
  return { action, status: 'success', id, changes: changesOf(before, differing) }
}

const changesOf = (before: Fields, after: Fields): NonNullable<Outcome['changes']> =>
  Object.entries(after).map(([name, value]) => ({ name, before: before[name] ?? null, after: value }))

/** Makes the manager that of the upload, if it exists. */
const linkManager = (
  directory: Directory,
  { user, by }: Staged,
  outcome: Outcome,
  found: ReadonlyMap<string, readonly string[]>,
): void => {
  const [manager, ...others] = found.get(managerOfScim(user) ?? '') ?? []
  const { id } = outcome
  if (manager === undefined || others.length > 0 || id === undefined || outcome.status === 'failure') return
  const [now] = directory.related('user', id, 'manager', 1, undefined, 'truth').references
  if (now?.id === manager || id === manager) return
  const link: Mutation = { do: 'link', kind: 'user', id, relation: 'manager', target: { kind: 'user', id: manager } }
  directory.commit([link], by)
  outcome.status = 'success'
}
