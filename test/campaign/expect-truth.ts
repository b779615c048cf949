import type { Test } from 'tap'
import { campaign, type CampaignKind } from './campaign.ts'
import { lineOf } from './perform.ts'

/** The same people and faults each time. `npm run campaign` has others. */
const seed = 7

/** Performs a campaign of a test, and expects that every result is what the truth says. */
export const expectTruth = async (
  t: Test,
  kind: CampaignKind,
  rows: number,
  kills = 10,
  most = Infinity,
): Promise<void> => {
  const rivalShare = rows < 1000 ? 0.05 : 0.01
  t.comment(
    `seed ${seed}: npm run campaign -- ${kind} --rows ${rows} --seed ${seed} --kills ${kills} --rivals ${rivalShare}`,
  )
  for await (const performed of campaign({ kind, rows, folder: t.testdir(), seed, kills, rivalShare, most })) {
    t.comment(lineOf(performed))
    t.strictSame(performed.wrong, [], performed.name)
  }
}
