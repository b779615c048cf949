import type { RowEncoder } from '../../core/encoder.ts'
import type { Fields } from '../../core/json.ts'
import { thousands } from '../../core/thousands.ts'
import { textTable } from '../../formats/text-table.ts'

/** Members with errors that are shown. */
const mostShown = 20

/** Encodes the status of a group as text for people: its products with the counts of members, then the first members with errors. Holds these rows. */
export const statusTable = (): RowEncoder<string> => {
  const products: Fields[] = []
  const members: Fields[] = []
  let count = 0
  return {
    rows(rows) {
      for (const { value } of rows) {
        const row = value as Fields
        if (row['row'] !== 'member') products.push(row)
        else if (++count <= mostShown) members.push(row)
      }
      return ''
    },
    end: () => [...productLines(products), ...memberLines(members, count), ''].join('\n'),
    get written() {
      return products.length + count
    },
    columns: undefined,
    save: () => undefined,
  }
}

const productLines = (products: readonly Fields[]): readonly string[] => {
  const [first] = products
  if (!first) return ['The group assigns no licences.']
  return [
    `${text(first['groupName'])}: ${words[text(first['processing'])] ?? 'Graph does not say how far it is processed'}.`,
    '',
    ...textTable(
      [
        ['Product', 'SKU', 'Members', 'Active', 'Pending', 'In error'],
        ...products.map(row => [
          `${text(row['productName'])}${row['row'] === 'product' ? '' : ' (not assigned by the group)'}`,
          text(row['skuPartNumber']),
          ...['members', 'active', 'pending', 'inError'].map(name => thousands(Number(row[name]))),
        ]),
      ],
      { right: [2, 3, 4, 5] },
    ),
  ]
}

const words: Readonly<Record<string, string>> = {
  QueuedForProcessing: 'queued for processing',
  ProcessingInProgress: 'being processed',
  ProcessingComplete: 'processed',
}

const memberLines = (members: readonly Fields[], count: number): readonly string[] => {
  if (count === 0) return []
  const fixes = new Map(members.map(row => [text(row['error']), `${text(row['meaning'])} ${text(row['whatToDo'])}`]))
  return [
    '',
    ...textTable([
      ['Member', 'SKU', 'Error'],
      ...members.map(row => [text(row['userPrincipalName']), text(row['skuPartNumber']), text(row['error'])]),
    ]),
    ...(count > members.length
      ? [`and ${thousands(count - members.length)} more, which a file has (--to errors.csv)`]
      : []),
    '',
    ...[...fixes].map(([error, what]) => `${error}: ${what}`),
  ]
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')
