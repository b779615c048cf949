import { EntrapipeError } from '../core/errors.ts'
import { accountOf } from './mapped-account.ts'
import type { Expression } from './expression.ts'
import { groupRules } from './group-rules.ts'
import { branded, type HrFeedOptions, type Mapping, type Mistakes } from './mapping.ts'
import { mappingReader, mistakesIn, shown, type MappingReader } from './mapping-reader.ts'
import { scopeOf } from './scope.ts'
import { statusOf } from './status.ts'
import { isTimeZone } from '../core/time-window.ts'
import { written } from './written.ts'

const names: readonly (keyof HrFeedOptions)[] = [
  'name',
  'scope',
  'person',
  'match',
  'rows',
  'status',
  'hireDate',
  'lastDay',
  'lastDayBeforeHireDate',
  'timeZone',
  'joiners',
  'onLeave',
  'leavers',
  'renames',
  'account',
  'manager',
  'groups',
]

const text = 'a column, or an expression that makes text'
const day = "a date with its order, such as column('Start').date('dmy')"

const daysBefore = (value: unknown, mistakes: Mistakes): number => {
  if (value === undefined) return 0
  if (Number.isInteger(value) && (value as number) >= 0 && (value as number) <= 366) return value as number
  mistakes.add(
    `createDaysBefore of joiners is a number of days from 0 to 366; got ${shown(value)}.`,
    mistakes.written.property('createDaysBefore'),
  )
  return 0
}

const nameIn = (value: unknown, mistakes: Mistakes): string => {
  if (typeof value === 'string' && /^[a-z0-9](?:[a-z0-9-]{0,48}[a-z0-9])?$/.test(value)) return value
  mistakes.add(
    `name has 1 to 50 lower-case letters, digits and hyphens, such as 'employees'; got ${shown(value)}.`,
    mistakes.written.property('name', value),
  )
  return ''
}

const zoneIn = (read: MappingReader, value: unknown, mistakes: Mistakes): Expression | undefined => {
  const zone = read.optional('timeZone', value, 'text', text)
  const fixed = zone?.constant
  if (typeof fixed === 'string' && !isTimeZone(fixed))
    mistakes.add(`${shown(fixed)} is not a time zone. Write one such as Europe/Berlin.`, zone?.at)
  return zone
}

const rowsIn = (read: MappingReader, value: unknown, mistakes: Mistakes): Mapping['rows'] => {
  if (value === undefined) return undefined
  const { effective, primary } = read.options('rows', value, ['effective', 'primary'])
  if (effective === undefined && primary === undefined)
    mistakes.add('rows needs effective or primary, by which one of several rows is chosen.')
  return {
    effective: read.optional('effective of rows', effective, 'day', day),
    primary: read.optional(
      'primary of rows',
      primary,
      'flag',
      "a column with its word, such as column('Main').is('Y')",
    ),
  }
}

const columnsOf = (all: readonly (Pick<Expression, 'columns' | 'at'> | undefined)[]): Mapping['columns'] => {
  const found = new Map<string, string | undefined>()
  for (const each of all) for (const name of each?.columns ?? []) if (!found.has(name)) found.set(name, each!.at)
  return [...found].map(([name, at]) => ({ name, at }))
}

/**
 * What the columns of an HR feed mean: the default export of a mapping file.
 *
 * @throws EntrapipeError `MAPPING_INVALID`, with all mistakes and their places
 */
export const hrFeed = (given: HrFeedOptions): Mapping => {
  const mistakes = mistakesIn(written())
  const { at } = mistakes.written
  const read = mappingReader(mistakes)
  const options = read.options('hrFeed', given ?? null, names) as Partial<HrFeedOptions>
  const name = nameIn(options.name, mistakes)
  const scope = scopeOf(options.scope, mistakes)
  const person = read.expression('person', options.person, 'text', `the key of a person: ${text}`)
  const { properties, generated, match } = accountOf(options, mistakes)
  const rows = rowsIn(read, options.rows, mistakes)
  const status = statusOf(read, options.status, mistakes)
  const hireDate = read.optional('hireDate', options.hireDate, 'day', day)
  const lastDay = read.optional('lastDay', options.lastDay, 'day', day)
  const timeZone = zoneIn(read, options.timeZone, mistakes)
  const joiners = read.options('joiners', options.joiners, ['createDaysBefore', 'disabledUntilHireDate'])
  const leavers = read.options('leavers', options.leavers, ['revokeSessions', 'groups'])
  const manager = read.optional('manager', options.manager, 'text', `the key of the manager: ${text}`)
  const groups = groupRules(options.groups, properties, mistakes)
  const both = [true, false]
  const mapping: Omit<Mapping, 'person'> = {
    name,
    at,
    scope,
    match,
    rows,
    status,
    hireDate,
    lastDay,
    lastDayBeforeHireDate: read.choice<'refuse' | 'earlier'>(
      'lastDayBeforeHireDate',
      options.lastDayBeforeHireDate,
      ['refuse', 'earlier'],
      'refuse',
    ),
    timeZone,
    joiners: {
      createDaysBefore: daysBefore(joiners['createDaysBefore'], mistakes),
      disabledUntilHireDate: read.choice(
        'disabledUntilHireDate of joiners',
        joiners['disabledUntilHireDate'],
        both,
        true,
      ),
    },
    onLeave: read.choice<'keep' | 'disable'>('onLeave', options.onLeave, ['keep', 'disable'], 'keep'),
    leavers: {
      revokeSessions: read.choice('revokeSessions of leavers', leavers['revokeSessions'], both, true),
      groups: read.choice<'keep' | 'given' | 'all'>(
        'groups of leavers',
        leavers['groups'],
        ['keep', 'given', 'all'],
        'keep',
      ),
    },
    renames: read.choice('renames', options.renames, both, false),
    properties,
    generated,
    manager,
    groups,
    columns: columnsOf([
      person,
      rows?.effective,
      rows?.primary,
      status?.from,
      hireDate,
      lastDay,
      timeZone,
      manager,
      ...properties.map(({ from }) => from),
      ...[...generated.values()].map(columnsBeside(properties)),
    ]),
  }
  if (!person || mistakes.all.length > 0) throw invalid(mistakes)
  return branded({ ...mapping, person })
}

/** The columns of the feed in patterns: those that are no properties of the account. */
const columnsBeside =
  (properties: Mapping['properties']) =>
  ({ columns, at }: Pick<Expression, 'columns' | 'at'>): Pick<Expression, 'columns' | 'at'> => ({
    columns: columns.filter(name => !properties.some(({ path }) => path === name)),
    at,
  })

const invalid = ({ all }: Mistakes): EntrapipeError => {
  const told = [
    ...new Set(all.map(({ text, at }) => `${text.replace(/\.$/, '')}${at === undefined ? '' : ` (${at})`}`)),
  ]
  return new EntrapipeError(
    'MAPPING_INVALID',
    told.length === 1 ? `${told[0]}.` : `The mapping has ${told.length} mistakes:\n  ${told.join('\n  ')}`,
  )
}
