import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { cellsOf, openBed } from './bed.ts'

const bed = await openBed(t, { users: 1_500 })
const { sandbox } = bed
const secret = readFileSync(sandbox.secretFile, 'utf8').trim()
const hosts = { graphUrl: sandbox.baseUrl, authorityUrl: sandbox.authorityUrl }
const env = {
  AZURE_TENANT_ID: sandbox.tenantId,
  AZURE_CLIENT_ID: sandbox.clientId,
  AZURE_CLIENT_SECRET: secret,
}

t.test(
  'a run of --auth environment is resumed with the credentials of the environment, and keeps none of them',
  async t => {
    const desk = bed.desk({ config: { tenants: {}, defaults: hosts } })
    bed.before(async request =>
      request.path === '/users' && request.query.includes('skiptoken')
        ? { status: 403, headers: {}, body: '{"error":{"code":"Authorization_RequestDenied","message":"Not now."}}' }
        : undefined,
    )
    const exported = ['export', 'users', '--auth', 'environment', '--to', 'users.csv', '--quiet']
    const first = await desk.run([...exported, '--checkpoint-rows', '500'], { env })
    t.equal(first.status, 6, first.stderr)
    bed.before()
    const { run } = JSON.parse((await desk.run(['runs', 'list', '--json'])).stdout.split('\n')[0]!) as { run: string }

    const store = join(desk.folder, 'store')
    for (const name of readdirSync(store, { recursive: true, encoding: 'utf8' }))
      if (statSync(join(store, name)).isFile()) t.notOk(readFileSync(join(store, name)).includes(secret), name)

    const bare = await desk.run(['runs', 'resume', run, '--quiet'])
    t.match(bare, { status: 2, stderr: /--auth environment requires the environment variable AZURE_CLIENT_ID/ })
    const resumed = await desk.run(['runs', 'resume', run, '--quiet'], { env })
    t.strictSame([resumed.status, resumed.stderr], [0, ''])
    t.equal(cellsOf(desk.read('users.csv')).length, 1_501)
    t.match(desk.manifest('users.csv'), { run, resumed: 1, completeness: 'complete' })
  },
)
