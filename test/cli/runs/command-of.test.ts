import t from 'tap'
import { loadNoted } from '../../../src/catalogue/load-pipeline.ts'
import { commandOf } from '../../../src/cli/runs/command-of.ts'
import type { RunInfo } from '../../../src/store/types.ts'

const info = (more: Partial<RunInfo>): RunInfo => ({ params: {}, resumable: true, ...more }) as RunInfo

const loaded = await loadNoted('export users')

t.test('the command of a run is the typed one, and starts over', async t => {
  t.equal(
    commandOf(
      info({
        pipeline: 'export users',
        params: {
          ...{ to: '-x.csv', trailer: true, select: ['id', 'mail'] },
          ...{ filter: 'accountEnabled eq false', pageSize: 100, bom: true },
        },
        tenant: { name: 'contoso', id: '1' },
      }),
      loaded,
    ),
    "entrapipe export users --tenant contoso --to=-x.csv --select id,mail --filter 'accountEnabled eq false' --page-size 100 --bom --fresh",
  )
  t.equal(
    commandOf(info({ pipeline: 'clean-hr-feed', params: { from: 'my feed.csv', dateOrder: 'dmy', dry: false } })),
    "entrapipe run clean-hr-feed --from 'my feed.csv' --date-order dmy --fresh",
  )
  t.equal(
    commandOf(info({ pipeline: 'export skus', params: { to: '-', trailer: false }, resumable: false }), {
      ...loaded,
      name: 'export skus',
    }),
    'entrapipe export skus --no-trailer',
  )
})

t.test('groups are separate arguments, and a collection has its path without a name', async t => {
  t.equal(
    commandOf(
      info({ pipeline: 'export members', params: { to: '-', group: ['Sales, EMEA', 'IT'] }, resumable: false }),
      { ...loaded, name: 'export members' },
    ),
    "entrapipe export members --group 'Sales, EMEA' --group IT",
  )
  t.equal(
    commandOf(info({ pipeline: 'export graph', params: { to: '-', path: '/groups/1/owners' }, resumable: false }), {
      ...loaded,
      name: 'export graph',
    }),
    'entrapipe export graph /groups/1/owners',
  )
})
