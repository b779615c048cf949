import type { RowEncoder } from '../../core/encoder.ts'
import type { Fields } from '../../core/json.ts'
import { thousands } from '../../core/thousands.ts'
import { textTable } from '../../formats/text-table.ts'

/** Departments with more users than others that are shown. */
const mostShown = 20
const barCells = 20

/**
 * Encodes a report as text for people: its products with their units and a bar of those in use, its departments with a bar of their users. Rows of users are only
 * counted. Holds the counts.
 */
export const reportTable = (): RowEncoder<string> => {
  const held: Fields[] = []
  return {
    rows(rows) {
      for (const { value } of rows) if ((value as Fields)['row'] !== 'user') held.push(value as Fields)
      return ''
    },
    end() {
      const of = (row: string): readonly Fields[] => held.filter(one => one['row'] === row)
      return [
        ...productLines(of('product')),
        '',
        ...departmentLines(of('department')),
        '',
        ...of('total').flatMap(totalLines),
        '',
      ].join('\n')
    },
    get written() {
      return held.length
    },
    columns: undefined,
    save: () => undefined,
  }
}

const findingHeads = ['Unused', 'Never signed in', 'In another', 'Twice']
const findingCells = (row: Fields): readonly string[] =>
  ['unused', 'neverSignedIn', 'contained', 'twice'].map(name => number(row[name]))

const productLines = (products: readonly Fields[]): readonly string[] =>
  products.length === 0
    ? ['The tenant has no products.']
    : textTable(
        [
          ['Product', 'SKU', 'Owned', 'Used', 'Free', 'In grace', 'Suspended', ...findingHeads, 'In use'],
          ...products.map(row => [
            text(row['productName'] ?? row['skuId']),
            text(row['skuPartNumber']),
            ...['owned', 'used', 'free', 'inGrace', 'suspended'].map(name => number(row[name])),
            ...findingCells(row),
            usedBar(row),
          ]),
        ],
        { right: [2, 3, 4, 5, 6, 7, 8, 9, 10] },
      )

/** Units in their days of grace can be in use, too. */
const usedBar = (row: Fields): string => {
  const [used, units] = [Number(row['used']), Number(row['owned']) + Number(row['inGrace'])]
  if (row['owned'] === null || units === 0) return used > 0 ? `${bar(1)} no seats` : ''
  return `${bar(used / units)} ${percent(used / units)}`
}

const departmentLines = (departments: readonly Fields[]): readonly string[] => {
  if (departments.length === 0) return ['No user has a licence.']
  const shown = departments.slice(0, mostShown)
  const most = Number(shown[0]!['users'])
  const left = departments.length - shown.length
  return [
    ...textTable(
      [
        ['Department', 'Users', ...findingHeads, ''],
        ...shown.map(row => [
          text(row['department'] ?? '(none)'),
          number(row['users']),
          ...findingCells(row),
          bar(Number(row['users']) / most, ''),
        ]),
      ],
      { right: [1, 2, 3, 4, 5] },
    ),
    ...(left > 0
      ? [`and ${thousands(left)} more ${left === 1 ? 'department' : 'departments'}, which a file has (--to report.csv)`]
      : []),
  ]
}

const totalLines = (total: Fields): readonly string[] => [
  `${number(total['users'])} users with licences: ${
    total['unused'] === null
      ? ''
      : `${number(total['unused'])} do not use them, ${number(total['neverSignedIn'])} never signed in, `
  }${number(total['contained'])} have a product that another one of theirs contains, ${number(total['twice'])} have a product directly and by a group.`,
  'A file names them: --to report.csv.',
]

const bar = (share: number, empty = '·'): string => {
  const full = Math.min(barCells, Math.max(share > 0 ? 1 : 0, Math.round(share * barCells)))
  return '█'.repeat(full) + empty.repeat(barCells - full)
}

/** Rounded down, so that 100 % means that none is free. */
const percent = (share: number): string => `${Math.floor(share * 100)} %`

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

const number = (value: unknown): string => (typeof value === 'number' ? thousands(value) : '-')
