import { countryCodes } from '../../data/country-codes.ts'
import { codeMeant, countryIn } from '../../data/countries.ts'
import type { Decision, Finding, Looked, Operation, Values } from '../../core/operation.ts'
import { impactJson } from '../../licensing/impact/row-impact.ts'
import { notFound, ofOne, settleOne } from '../objects/one.ts'
import { liveSeen } from '../objects/read.ts'
import { madeByWhom } from '../replies/verdicts.ts'
import { expectOnly, invalid, textOf } from '../values/expect.ts'

/** A usage location for a user who has none. */
export interface LocationRow extends Values {
  readonly user: string
  /** Two letters (ISO 3166-1); `country`: that of the user's property `country`. */
  readonly usageLocation: string
  /** It was set by the run that is undone, and nothing is sent. */
  readonly stays?: true
}

/** What was read of a user before the usage location is set. */
export interface LocationBefore extends Values {
  readonly usageLocation: null
  /** What is set. */
  readonly sets: string
}

/** The value that stands for the user's own country. */
const ownCountry = 'country'

/** Checks a usage location. @throws EntrapipeError `ROW_INVALID` */
export const usageLocationIn = (value: Values): string => {
  const text = textOf(value, 'usageLocation', 'a two-letter country code (ISO 3166), such as DE')
  if (text.toLowerCase() === ownCountry) return ownCountry
  if (countryCodes.has(text.toUpperCase())) return text.toUpperCase()
  throw invalid(
    'usageLocation',
    `Expected usageLocation to be a two-letter country code (ISO 3166), such as DE, got ${JSON.stringify(text)}.`,
    codeMeant(text) ?? 'Correct the code.',
  )
}

const kind = 'set-usage-location'

/** Sets the usage location of users who have none. Graph cannot clear it, so an undo leaves it. */
export const settingLocation: Operation<LocationRow, LocationBefore> = {
  ...ofOne(kind, 'user'),
  title: 'Set usage locations',
  countsObjects: true,
  tellsImpact: true,
  subject: ({ user }) => user,
  accept(value) {
    expectOnly(value, ['user', 'usageLocation', 'stays'], kind)
    return {
      user: textOf(value, 'user', 'the id or user principal name of a user'),
      usageLocation: usageLocationIn(value),
      ...(value['stays'] === true && { stays: true }),
    }
  },
  resolved: (value, [user]) => ({ ...value, user: user! }),
  about: ({ user }) => `${user}/usagelocation`.toLowerCase(),
  repeat: () => 'refused',
  detail: ({ usageLocation }) => (usageLocation === ownCountry ? undefined : usageLocation),
  async look(values, context) {
    const seen = await liveSeen(
      'user',
      values.map(({ user }) => user),
      ['usageLocation', 'country'],
      context,
    )
    return values.map(({ user: id, usageLocation, stays }, at): Looked<LocationBefore> => {
      const user = seen[at]
      if (!user) return notFound('user', id)
      if (stays) return unchanged(id, `The usage location ${usageLocation} stays: Graph cannot clear it.`)
      const now = user['usageLocation']
      if (typeof now === 'string' && now !== '') return unchanged(id, `The user has the usage location ${now}.`)
      const sets = usageLocation === ownCountry ? countryIn(String(user['country'] ?? '')) : usageLocation
      const impact = context.counts ? { impact: impactJson({ user: id.toLowerCase(), location: sets ?? '' }) } : {}
      return sets === undefined
        ? { ...noCountry(id, user['country']), ...impact }
        : { send: { usageLocation: null, sets }, ...impact }
    })
  },
  request: ([row]) => ({
    method: 'PATCH',
    url: `/users/${row!.value.user}`,
    body: { usageLocation: row!.before.sets },
  }),
  settle: (rows, reply) => settleOne('user', rows, reply),
  async decide(rows, context) {
    const seen = await liveSeen(
      'user',
      rows.map(({ value }) => value.user),
      ['usageLocation'],
      context,
    )
    return rows.map((row, at): Decision => {
      const user = seen[at]
      if (!user) return { unknown: 'No reply came, and then the user was deleted.' }
      const now = user['usageLocation']
      if (now === row.before.sets) return madeByWhom(row, row.value.user)
      if (now === undefined || now === null || now === '') return 'not-done'
      return { unknown: 'No reply came, and then somebody else set the usage location.' }
    })
  },
  inverse: ({ user, usageLocation }, { sets }: Partial<LocationBefore>) => ({
    kind,
    value: { user, usageLocation: sets ?? usageLocation, stays: true },
  }),
}

const unchanged = (id: string, message: string): Finding => ({ outcome: 'unchanged', id, message })

const noCountry = (id: string, country: unknown): Finding => ({
  outcome: 'failed',
  id,
  code: 'USAGE_LOCATION_MISSING',
  message:
    typeof country === 'string' && country !== ''
      ? `The user has no usage location, and ${JSON.stringify(country)} is not the name of one country.`
      : 'The user has neither a usage location nor a country.',
  fix: 'Set the usage location of the user, for example with --usage-location and a code.',
})
