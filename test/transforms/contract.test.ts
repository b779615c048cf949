import t from 'tap'
import { z } from 'zod'
import { transformContract } from '../../src/contracts/transform.ts'
import type { Fields } from '../../src/core/json.ts'
import type { Transform } from '../../src/core/parts.ts'
import { csv } from '../../src/sources/csv.ts'
import { convert } from '../../src/transforms/convert.ts'
import { dedupe } from '../../src/transforms/dedupe.ts'
import { flatMap } from '../../src/transforms/flat-map.ts'
import { filter } from '../../src/transforms/filter.ts'
import { lookup } from '../../src/transforms/lookup.ts'
import { map } from '../../src/transforms/map.ts'
import { pick } from '../../src/transforms/pick.ts'
import { preset } from '../../src/transforms/preset.ts'
import { rename } from '../../src/transforms/rename.ts'
import { stale } from '../../src/transforms/stale.ts'
import { unfold } from '../../src/transforms/unfold.ts'
import { validate } from '../../src/transforms/validate.ts'
import { keeps } from '../contracts/keeps.ts'

const portal = preset('users', 'portal-users')
const selected = Object.fromEntries(portal.listing.select.map(name => [name, null]))

/** People, some repeated, some with an unknown site, and some with an invalid date. */
const people = Array.from({ length: 40 }, (_, at) => ({
  ...selected,
  id: `id-${at % 9 === 8 ? at - 5 : at}`,
  displayName: at % 4 === 0 ? null : `User ${at}`,
  site: ['BER', 'LON', 'XXX'][at % 3]!,
  hired: at % 6 === 5 ? 'soon' : `2026-01-${String((at % 28) + 1).padStart(2, '0')}`,
  phones: at % 5 === 0 ? [] : [`+49 30 ${at}`],
  signInActivity:
    at % 3 === 0
      ? null
      : { lastSuccessfulSignInDateTime: at % 3 === 1 ? '2999-01-01T00:00:00Z' : '2025-01-01T00:00:00Z' },
  createdDateTime: '2024-01-01T00:00:00Z',
  externalUserState: null,
}))

const files = { 'sites.csv': 'code,city\nBER,Berlin\nLON,London\n' }
const sites = () => csv({ from: 'sites.csv' })
const person = z.looseObject({ hired: z.iso.date() })

const transforms: Readonly<Record<string, () => Transform<never, unknown>>> = {
  convert: () => convert({ hired: 'date' }),
  'dedupe, later rows dropped': () => dedupe({ by: 'id' }),
  'dedupe, later rows rejected': () => dedupe({ by: ['id', 'site'], later: 'reject' }),
  'filter by an expression': () => filter("site eq 'BER'"),
  'filter by a function': () => filter((row: Fields) => row['site'] === 'LON'),
  'lookup, rows without a match kept': () => lookup({ from: sites(), key: 'code', by: 'site', take: { city: 'city' } }),
  'lookup, rows without a match rejected': () =>
    lookup({ from: sites(), key: 'code', by: 'site', take: { city: 'city' }, missing: 'reject' }),
  'flat-map': () => flatMap((row: Fields) => [row['id'], row['site']]),
  'unfold, empty lists dropped': () => unfold({ column: 'phones' }),
  'unfold, empty lists kept': () => unfold({ column: 'phones', empty: 'keep' }),
  map: () => map((row: Fields) => ({ id: row['id'] })),
  pick: () => pick('site', 'id'),
  preset: () => portal.layout,
  rename: () => rename({ displayName: 'name' }),
  stale: () => stale(),
  validate: () => validate(person),
}

for (const [name, make] of Object.entries(transforms))
  t.test(`${name} keeps the contract of a transform`, t => keeps(t, transformContract({ make, values: people, files })))
