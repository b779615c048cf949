import t from 'tap'
import { changeDesk } from '../change-desk.ts'

t.test('equal lines of new groups are one group, and those of one name with other values fail', async t => {
  const { change, writes } = await changeDesk(t)
  const derived = await change(['groups', 'create'], 'displayName\nTwins\nTwins\nAlone\n', '--json')
  t.match(derived.results, [
    { key: 2, outcome: 'done' },
    { key: 3, outcome: 'unchanged', code: 'SAME_ROW', message: 'It is the same change as line 2.' },
    { key: 4, outcome: 'done' },
  ])
  t.equal((await writes())['POST /groups'], 2)
  const rows = 'Given,given\nGiven,given\nOther,one\nOther,two\nHalf,half\nHalf,\n'
  const given = await change(['groups', 'create'], `displayName,mailNickname\n${rows}`)
  t.match(given.results, [
    { outcome: 'done' },
    { outcome: 'unchanged', code: 'SAME_ROW', message: 'It is the same change as line 2.' },
    { outcome: 'failed', message: 'It names the same object as line 5, with other values, so none of them was sent.' },
    { outcome: 'failed', message: 'It names the same object as line 4, with other values, so none of them was sent.' },
    { outcome: 'failed', message: /line 7, with other values/ },
    { outcome: 'failed', message: /line 6, with other values/ },
  ])
  t.equal((await writes())['POST /groups'], 1)
})
