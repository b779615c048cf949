import t from 'tap'
import { lineOf } from './perform.ts'
import { onboardCampaign } from './onboard.ts'

t.test(
  'people are onboarded once, although the program is killed and replies are lost, and the same file completes what is missing',
  async t => {
    for await (const performed of onboardCampaign({ rows: 40, folder: t.testdir(), seed: 3, kills: 3 })) {
      t.comment(lineOf(performed))
      t.strictSame(performed.wrong, [], performed.name)
    }
  },
)
