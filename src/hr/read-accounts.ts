import type { Context } from '../core/context.ts'
import { judge } from '../core/completeness.ts'
import { EntrapipeError } from '../core/errors.ts'
import type { Fields } from '../core/json.ts'
import type { Source } from '../core/parts.ts'
import { readAll } from '../core/read-all.ts'
import { isGuest } from '../operations/users/guest.ts'
import { batches } from './batches.ts'
import { sameValue } from './choose-people.ts'
import type { Mapping } from './mapping.ts'
import type { Tables } from './tables.ts'
import { valueAt } from './value-at.ts'

/** What is selected of users, live and deleted. */
interface AccountListing {
  readonly select: readonly string[]
  /** Of live users only. */
  readonly expand?: string
}

/** Properties that say what an account is, and what names it has. */
const always = [
  'id',
  'userPrincipalName',
  'displayName',
  'accountEnabled',
  'userType',
  'onPremisesSyncEnabled',
  'mail',
  'proxyAddresses',
]

const roots = (paths: readonly string[]): readonly string[] => paths.map(path => path.split('/')[0]!)

/** What is kept of an account: what changes, and what tells whether the feed owns it afterwards. */
const kept = ({ properties, generated, scope }: Mapping): readonly string[] => [
  ...new Set([
    ...roots(properties.map(({ path }) => path)),
    ...(generated.has('mailNickname') ? ['mailNickname'] : []),
    ...roots(scope.properties),
  ]),
]

/** What must be selected of users, so that `readAccounts` can compare them. */
export const accountListing = (mapping: Mapping): AccountListing => ({
  select: [...new Set([...always, ...kept(mapping), ...(mapping.manager ? ['employeeId'] : [])])],
  ...(mapping.manager ? { expand: 'manager($select=id)' } : {}),
})

/** The number of the attribute by which managers are found who are not in the feed. */
export const managerAttribute = ({ match }: Mapping): number => {
  const at = match.findIndex(({ path }) => path === 'employeeId')
  return at < 0 ? match.length : at
}

/** Who masters an account: Active Directory, or Active Directory in earlier times. */
const mastery: Readonly<Record<string, number>> = { true: 1, false: 2 }

const textOf = (value: unknown): string => (typeof value === 'string' ? value : '')

/** In the bin, the id without hyphens stands before the name. */
const nameOf = ({ id, userPrincipalName }: Fields, isDeleted: boolean): string => {
  const name = textOf(userPrincipalName)
  const prefix = textOf(id).replaceAll('-', '').toLowerCase()
  return isDeleted && name.toLowerCase().startsWith(prefix) ? name.slice(prefix.length) : name
}

/** All names of an account that no other object may have, in lower case. Nicknames have no @. */
const namesOf = (account: Fields, upn: string, hasNicknames: boolean): ReadonlySet<string> => {
  const proxies = Array.isArray(account['proxyAddresses']) ? (account['proxyAddresses'] as readonly unknown[]) : []
  const all = [
    upn,
    textOf(account['mail']),
    ...proxies.map(proxy => textOf(proxy).replace(/^smtp:/i, '')),
    ...(hasNicknames ? [textOf(account['mailNickname'])] : []),
  ]
  return new Set(all.map(name => name.trim().toLowerCase()).filter(name => name !== ''))
}

const insertAccount = `insert into accounts (n, id, deleted, guest, owned, enabled, synced, upn, name, manager, value)
  values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`
const insertKey = 'insert into account_keys (attribute, value, account) values (?, ?, ?)'
const insertName = 'insert into names (name, account) values (?, ?)'

/** Where the accounts are read from. */
export interface AccountSources {
  readonly live: Source<Fields>
  readonly deleted: Source<Fields>
}

const counted = async (source: Source<Fields>, ctx: Context): Promise<number | undefined> => source.count?.(ctx)

/**
 * Reads all users, live and deleted, into the tables `accounts`, `account_keys` and `names`.
 *
 * @throws EntrapipeError `INPUT_INCOMPLETE` if live users are missing: people would get a second account
 */
export const readAccounts = async (
  tables: Tables,
  mapping: Mapping,
  { live, deleted }: AccountSources,
  ctx: Context,
): Promise<void> => {
  const account = tables.sql.prepare(insertAccount)
  const key = tables.sql.prepare(insertKey)
  const name = tables.sql.prepare(insertName)
  const names = kept(mapping)
  const keys = [...mapping.match.map(({ path }) => path)]
  const managers = managerAttribute(mapping)
  if (mapping.manager && managers === keys.length) keys.push('employeeId')
  const hasNicknames = mapping.generated.has('mailNickname')
  let n = 0
  const batch = batches<{ readonly value: Fields; readonly isDeleted: boolean }>(tables, ({ value, isDeleted }) => {
    n++
    const upn = nameOf(value, isDeleted)
    const flags = [isDeleted, isGuest(value), mapping.scope.owns(value), value['accountEnabled'] === true].map(Number)
    const [binned, guest, owned, enabled] = flags as [number, number, number, number]
    const synced = mastery[String(value['onPremisesSyncEnabled'])] ?? 0
    const manager = (value['manager'] as { readonly id?: string } | null | undefined)?.id ?? null
    const json = JSON.stringify(Object.fromEntries(names.map(root => [root, value[root] ?? null])))
    const display = textOf(value['displayName']) || upn
    account.run(n, textOf(value['id']), binned, guest, owned, enabled, synced, upn, display, manager, json)
    for (const each of namesOf(value, upn, hasNicknames)) name.run(each, n)
    keys.forEach((path, attribute) => {
      const found = sameValue(path === 'userPrincipalName' ? upn : valueAt(value, path))
      if (found !== undefined && guest === 0) key.run(attribute, found, n)
    })
  })
  const read = async (source: Source<Fields>, isDeleted: boolean): Promise<void> => {
    let done = 0
    await source.check?.(ctx)
    for await (const { rows } of readAll(source, ctx)) {
      for (const { value } of rows) batch.add({ value, isDeleted })
      done += rows.length
      ctx.doing({ what: isDeleted ? 'reading deleted users' : 'reading users', done })
    }
  }
  const before = await counted(live, ctx)
  await read(live, false)
  const after = await counted(live, ctx)
  await read(deleted, true)
  batch.flush()
  tables.sql.exec('create index accounts_id on accounts (id, deleted)')
  dropRepeated(tables)
  tables.sql.exec(`create index account_keys_value on account_keys (attribute, value, account);
    create index names_name on names (name, account)`)
  expectAll(tables, before, after)
}

/** A listing may return an object twice. One that was deleted or restored meanwhile is in both listings: it counts as live. */
const dropRepeated = ({ sql }: Tables): void => {
  const repeated = sql.prepare('select id from accounts group by id having count(*) > 1').all()
  if (repeated.length === 0) return
  sql.exec(`create table repeated as select n from
      (select n, row_number() over (partition by id order by deleted, n) as place from accounts) where place > 1;
    delete from account_keys where account in (select n from repeated);
    delete from names where account in (select n from repeated);
    delete from accounts where n in (select n from repeated);
    drop table repeated`)
}

const expectAll = ({ sql }: Tables, before: number | undefined, after: number | undefined): void => {
  const { read } = sql.prepare('select count(*) as read from accounts where deleted = 0').get() as { read: number }
  const evidence = { read, limited: false, live: true, before, after, drift: undefined, upstream: undefined }
  const { completeness, why } = judge(evidence)
  if (completeness === 'short')
    throw new EntrapipeError('INPUT_INCOMPLETE', `The directory did not return all its users: ${why}.`, {
      fix: 'Run the feed again. If users were deleted just now, wait some minutes.',
    })
}
