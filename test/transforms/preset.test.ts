import t from 'tap'
import { presets } from '../../src/data/presets/presets.ts'
import { preset } from '../../src/transforms/preset.ts'
import { through } from './through.ts'

t.test('a layout writes all columns of its header, in order, whatever properties an object has', async t => {
  for (const { of, name } of presets) {
    const { layout, header } = preset(of, name)
    const [row] = (await through(t, layout, [{ id: 'x' }])).values
    t.strictSame(Object.keys(row as object), header.columns, `${of} ${name}`)
  }
})

t.test('listing, layout and header of a preset are consistent', async t => {
  const { listing, layout, header } = preset('users', 'portal-users')
  t.ok(listing.select.includes('userPrincipalName'))
  t.equal(header.columns.length, 25)
  t.strictSame(
    header.emptyColumns.filter(column => !header.columns.includes(column)),
    [],
  )
  const [row] = (await through(t, layout, [{ id: 'x', userPrincipalName: 'ann@contoso.com', displayName: 'Ann' }]))
    .values
  t.match(row, { userPrincipalName: 'ann@contoso.com', displayName: 'Ann' })
})

t.test('columns that Graph does not return are empty, and listed', async t => {
  for (const { of, name } of presets) {
    const { layout, header, listing } = preset(of, name)
    const everything = Object.fromEntries(listing.select.map(column => [column, column]))
    const [row] = (await through(t, layout, [everything])).values as Record<string, unknown>[]
    for (const column of header.emptyColumns) t.equal(row?.[column], null, `${of} ${name}: ${column}`)
  }
})

t.test('an unknown name is an error at once, with the available names', async t => {
  t.throws(() => preset('users', 'portal-user'), { code: 'PRESET_UNKNOWN', message: /Did you mean portal-users\?/ })
  t.throws(() => preset('devices', 'portal-users'), { code: 'PRESET_UNKNOWN', message: /portal-devices/ })
})

t.test("the layout is part of the run's identity", async t => {
  t.match(await preset('users', 'portal-users').layout.describe?.(undefined as never), { preset: 'portal-users' })
})
