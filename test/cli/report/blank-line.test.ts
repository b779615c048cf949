import t from 'tap'
import { blankLine } from '../../../src/cli/report/blank-line.ts'
import type { FileFacts, Manifest } from '../../../src/core/manifest.ts'
import { sampleManifest } from '../../../src/contracts/sample-manifest.ts'

const names = (from: number, to: number): readonly string[] =>
  Array.from({ length: to - from }, (_, at) => `c${from + at}`)

const said = (facts: Partial<FileFacts>, more: Partial<Manifest> = {}): string | undefined =>
  blankLine(
    sampleManifest([{ path: 'x.csv', format: 'csv', rows: 20, bytes: 9, ...facts }], {
      source: { path: '/users', query: '' },
      ...more,
    }),
  )

t.test('if most columns are blank, the permission that shows them is named', t => {
  const sentence =
    '5 of 10 columns have no value in any row (c0, c1, c2, c3 …): a sign-in with User.ReadBasic.All reads only the basic properties; User.Read.All reads all.'
  const facts = { columns: names(0, 10), emptyColumns: ['c9'], blankColumns: names(0, 5) }
  t.equal(said(facts), sentence)
  t.equal(said(facts, { source: null, pipeline: 'export users' }), sentence)
  t.end()
})

t.test('a few blank columns, and those without a smaller permission, are in the manifest only', t => {
  t.equal(said({ columns: names(0, 10), blankColumns: names(0, 5) }), undefined)
  t.equal(said({ columns: names(0, 3), blankColumns: names(0, 3) }), undefined)
  t.equal(said({ columns: names(0, 9), blankColumns: names(0, 9) }, { source: { path: '/applications' } }), undefined)
  t.equal(said({}, { source: [] }), undefined)
  t.equal(said({ rows: 19, columns: names(0, 10), blankColumns: names(0, 9) }), undefined, 'few rows prove nothing')
  t.end()
})
