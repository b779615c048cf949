import t from 'tap'
import { routeOf } from '../../src/jobs/fleet/routes.ts'
import { kindOf, type FleetWorker } from '../../src/jobs/fleet/workers.ts'

const worker = (
  id: string,
  code: readonly string[] = [],
  tenants: readonly string[] = ['contoso'],
  places: readonly string[] = [],
): FleetWorker => {
  const skills = { tenants, code, places }
  return { id, host: id, kind: kindOf(skills), ...skills }
}
const older = worker('older')
const newer = worker('newer', ['export users v2', '/pipelines/feed.ts abc'])
const users = { tenant: 'contoso', pipeline: 'export users' }
const feed = { tenant: 'contoso', pipeline: '/pipelines/feed.ts' }

t.test('a job of a built-in pipeline goes to workers that have its version, during an upgrade', async t => {
  const both = [older, newer]
  t.strictSame(routeOf({ ...users, code: 'v1' }, both), { to: older.kind })
  t.strictSame(routeOf({ ...users, code: 'v2' }, both), { to: newer.kind })
  t.strictSame(routeOf({ ...users, code: 'v2' }, [older]), {
    lacks: 'no worker has this version of the pipeline export users',
  })
  t.strictSame(routeOf({ ...users, pipeline: 'export groups', code: 'v1' }, [newer]), { to: newer.kind })
})

t.test('a job of a pipeline file goes to workers that have the file as it was when the job was submitted', async t => {
  t.strictSame(routeOf({ ...feed, code: 'abc' }, [older, newer]), { to: newer.kind })
  t.strictSame(routeOf(feed, [older, newer]), { to: newer.kind })
  t.match(routeOf({ ...feed, code: 'abd' }, [older, newer]), { lacks: /this version of the pipeline/ })
  t.match(routeOf({ ...feed, tenant: 'fabrikam', code: 'abc' }, [newer]), {
    lacks: 'no worker has the tenant fabrikam',
  })
  const elsewhere = worker('elsewhere', [], ['fabrikam'])
  t.match(routeOf({ ...feed, tenant: 'fabrikam', code: 'abc' }, [newer, elsewhere]), {
    lacks: 'no worker has both the tenant fabrikam and this version of the pipeline /pipelines/feed.ts',
  })
})

t.test('a job that writes to a named place goes to workers that have it', async t => {
  const near = worker('near', [], ['contoso'], ['lake'])
  t.strictSame(routeOf({ ...users, places: 'lake' }, [older, near]), { to: near.kind })
  t.strictSame(routeOf({ ...users, places: 'lake' }, [older]), {
    lacks: 'no worker that can run it has the place lake',
  })
  const other = worker('other', [], ['contoso'], ['share'])
  t.strictSame(routeOf({ ...users, places: 'lake share' }, [near, other]), {
    lacks: 'no worker has all of the places lake share',
  })
})
