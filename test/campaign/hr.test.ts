import t from 'tap'
import { hrCampaign } from './hr/campaign.ts'
import { lineOf } from './perform.ts'

t.test(
  'two feeds end as they say, although the program is killed in each class and phase, and replies are lost',
  async t => {
    for await (const performed of hrCampaign({ rows: 30, folder: t.testdir(), seed: 3, kills: 1, days: 2 })) {
      t.comment(lineOf(performed))
      t.strictSame(performed.wrong, [], performed.name)
    }
  },
)
