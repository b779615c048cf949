import t from 'tap'
import { statusTable } from '../../../src/catalogue/group-licences/status-table.ts'

const product = (name: string, counts: object, row = 'product') => ({
  ...{
    row,
    groupName: 'Sales',
    processing: 'ProcessingComplete',
    productName: name,
    skuPartNumber: name.toUpperCase(),
  },
  ...{ members: 0, active: 0, pending: 0, inError: 0, ...counts },
})
const member = (name: string, error = 'CountViolation') => ({
  ...{ row: 'member', userPrincipalName: name, skuPartNumber: 'E3', error },
  ...{ meaning: 'No unit.', whatToDo: 'Buy.' },
})
const shown = (...values: readonly object[]): string => {
  const table = statusTable()
  table.rows(
    values.map((value, key) => ({ key, value })),
    () => {
      throw new Error('nothing is rejected')
    },
  )
  return String(table.end())
}

t.test('a group without products says so', async t => t.match(shown(), /^The group assigns no licences\./))

t.test('products have their counts, and what --sku names without the group having it is marked', async t => {
  const text = shown(
    product('E3', { members: 1200, active: 1000, pending: 200 }),
    product('E5', {}, 'productNotAssigned'),
  )
  t.match(text, /^Sales: processed\./)
  t.match(text, /E3 +E3 +1,200 +1,000 +200 +0/)
  t.match(text, /E5 \(not assigned by the group\)/)
})

t.test('the first members with errors are named, with what each error means once', async t => {
  const members = Array.from({ length: 25 }, (_, at) => member(`user${at}@contoso.com`))
  const text = shown(...members, product('E3', { members: 25, inError: 25 }))
  t.match(text, /user19@contoso\.com/)
  t.notMatch(text, /user20@contoso\.com/)
  t.match(text, /and 5 more, which a file has/)
  t.equal(text.split('CountViolation: No unit. Buy.').length, 2)
})

t.test('a state that Graph does not tell is said', async t =>
  t.match(shown({ ...product('E3', {}), processing: null }), /Graph does not say how far it is processed/),
)
