import { EntrapipeError } from '../core/errors.ts'
import type { Values } from '../core/operation.ts'
import type { Entry } from './ledger-types.ts'
import type { Seal } from './seal.ts'
import type { InputsOf } from './sealed-inputs.ts'

/** Rows that are sealed together: each alone costs more than all else that intake does, and with more, opening one of them would. */
export const rowsPerPage = 4

/** The secrets of a row: those of its values, and those of its input as text. */
export interface PageRow extends Pick<Entry, 'key' | 'step'> {
  readonly secrets: Values
  readonly input?: string | undefined
}

type Item = readonly [key: PageRow['key'], step: number, secrets: Values, input?: string]

/** Not in base64, which the text of a single row is. */
const start = 'page:'

/** Whether a sealed text belongs to several rows. Before version 7, each had its own. */
export const isPage = (sealed: string): boolean => sealed.startsWith(start)

/** Encrypts the secrets of some rows of a ledger in one text, and finds those of a row in it. */
export const sealedPages = (seal: Seal, { run, phase }: InputsOf) => {
  const about = JSON.stringify([run, `secrets of ${phase}`])
  return {
    close: (rows: readonly PageRow[]): string =>
      start +
      seal.close(JSON.stringify(rows.map(({ key, step, secrets, input }) => [key, step, secrets, input])), about),
    /** @throws EntrapipeError `STORE_UNUSABLE` if the text is not that of this row, and as `Seal.open` */
    open(sealed: string, { key, step }: Pick<Entry, 'key' | 'step'>): Pick<PageRow, 'secrets' | 'input'> {
      const items = JSON.parse(seal.open(sealed.slice(start.length), about)) as readonly Item[]
      const found = items.find(item => item[0] === key && item[1] === step)
      if (found) return { secrets: found[2], input: found[3] }
      throw new EntrapipeError(
        'STORE_UNUSABLE',
        `The secrets of row ${key} cannot be decrypted: they are another row's.`,
        {
          facts: { key, step },
          fix: 'Start over with --fresh.',
        },
      )
    },
  }
}
