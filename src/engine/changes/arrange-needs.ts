import type { Finding } from '../../core/operation.ts'
import type { StepOf } from '../../core/steps.ts'
import type { Key } from '../../core/row.ts'
import type { Ledger, Settlement } from '../../store/ledger-types.ts'
import { settleAll } from './followers.ts'
import { notMet, unmetBy } from './needs.ts'
import { settlementOfEntry } from './results.ts'

/** Rows read from the ledger at once. */
const pageRows = 2_000

const refused = (message: string, key: Key): Finding => ({
  outcome: 'failed',
  code: 'ROW_INVALID',
  message,
  fix: `Look at row ${key}.`,
})

/** Why nothing can name the objects of a row; undefined if that is possible. So no two rows can wait for each other. */
const unnameable = async (ledger: Pick<Ledger, 'find' | 'firstOf'>, of: StepOf): Promise<Finding | undefined> => {
  const { key } = of
  const on = await ledger.find(of)
  if (!on) return refused(`It names the object of row ${key}, and no such row was accepted.`, key)
  if (on.needs?.some(({ waits }) => waits === 'made'))
    return refused(`It names the object of row ${key}, which itself waits for another row.`, key)
  const first = on.waits === 'same' ? await ledger.firstOf(on.ordinal) : undefined
  if (first && first.step > 0)
    return refused(`It names the object of row ${key}, which row ${first.key} creates in a later step.`, key)
  return undefined
}

/** Lets rows wait for the rows whose objects they name. Called once after intake, when it is known which rows there are. */
export const arrangeNeeds = async (
  ledger: Ledger,
  record: (settlements: readonly Settlement[]) => Promise<void>,
): Promise<void> => {
  for (let after = 0; ;) {
    const page = await ledger.needy(pageRows, after)
    const waits: Parameters<Ledger['wait']>[0][number][] = []
    const settled: Settlement[] = []
    for (const entry of page) {
      if (entry.state === 'settled') continue
      let fault: Finding | undefined
      for (const { waits, ...of } of entry.needs!) if (waits === 'made') fault ??= await unnameable(ledger, of)
      if (fault) {
        settled.push({ ...settlementOfEntry(entry, fault), isFinal: true })
        continue
      }
      // Others are asked when what they wait for has ended.
      if (entry.state === 'waiting') continue
      const unmet = await unmetBy(ledger, entry)
      if ('on' in unmet) waits.push({ ordinal: entry.ordinal, for: unmet.on.ordinal, waits: unmet.waits })
      if ('on' in unmet && unmet.isFailed) settled.push(settlementOfEntry(entry, notMet(unmet)))
    }
    await ledger.wait(waits)
    await settleAll(ledger, record, settled)
    const last = page.at(-1)
    if (!last || page.length < pageRows) return
    after = last.ordinal
  }
}
