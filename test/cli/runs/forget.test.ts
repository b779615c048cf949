import { existsSync } from 'node:fs'
import { PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import type { Cli } from '../../../src/cli/cli.ts'
import { forget } from '../../../src/cli/runs/forget.ts'
import { fakeEnvironment } from '../../tenants/fake-environment.ts'
import { newRun, storeIn } from '../../store/fixtures.ts'

const tenants = ['11111111-2222-4333-8444-555555555555', '99999999-2222-4333-8444-555555555555'] as const

/** A store with the memory of two feeds, one of which two tenants have. */
const scene = async (t: Test, remembered = true) => {
  const folder = t.testdir({})
  const store = storeIn(t, folder)
  if (remembered)
    for (const [tenant, name] of [
      [tenants[0], 'hr-staff'],
      [tenants[0], 'hr-school'],
      [tenants[1], 'hr-staff'],
    ] as const)
      store.lasting(tenant, name, ['create table people (person text)'])
  const call = async (name?: string, options: Parameters<typeof forget>[1] = {}, isJson = false) => {
    const stdout = new PassThrough()
    let [out, said] = ['', '']
    stdout.on('data', chunk => (out += String(chunk)))
    await forget(name, options, {
      stdout,
      environment: fakeEnvironment(folder),
      signal: new AbortController().signal,
      store: async () => store,
      json: () => isJson,
      config: () => undefined,
      say: (line: string) => void (said += line),
    } as unknown as Cli)
    return { out, said }
  }
  return { store, call }
}

t.test('what is remembered is listed, with its tenant and size', async t => {
  const { call } = await scene(t)
  const { out } = await call()
  t.match(
    out,
    new RegExp(
      `^hr-school  tenant ${tenants[0]}  [\\d.]+ kB  changed .* UTC\nhr-staff  .*\nhr-staff  tenant ${tenants[1]}`,
    ),
  )
  t.equal((await call(undefined, { tenantId: tenants[1].toUpperCase() }, true)).out.split('\n').length, 2)
  t.match(await (await scene(t, false)).call(), { out: '', said: 'Nothing is remembered beyond the runs.' })
})

t.test('only --yes removes a file, and what SQLite keeps beside it', async t => {
  const { store, call } = await scene(t)
  const [file] = store.lastingFiles()
  t.match((await call('hr-school')).said, /To remove it, add --yes/)
  t.ok(existsSync(file!.path))
  t.match(JSON.parse((await call('hr-school', { yes: true }, true)).out), { name: 'hr-school', removed: true })
  for (const suffix of ['', '-wal', '-shm']) t.notOk(existsSync(`${file!.path}${suffix}`))
  t.strictSame(
    store.lastingFiles().map(({ name, tenant }) => [name, tenant]),
    tenants.map(tenant => ['hr-staff', tenant]),
  )
})

t.test('a name that no file has is refused, and one of two tenants needs the tenant', async t => {
  const { store, call } = await scene(t)
  await t.rejects(call('staff', { yes: true }), { code: 'OPTION_INVALID', fix: /hr-school, hr-staff/ })
  await t.rejects(call('hr-staff', { yes: true }), { code: 'OPTION_INVALID', fix: /--tenant-id/ })
  await call('hr-staff', { yes: true, tenantId: tenants[1] })
  t.equal(store.lastingFiles().length, 2)
  const none = await scene(t, false)
  await t.rejects(none.call('hr-staff'), { code: 'OPTION_INVALID', fix: 'No feed, delta or pipeline has a file.' })
})

t.test('nothing is removed while a run is in progress', async t => {
  const { store, call } = await scene(t)
  const run = await store.create(newRun())
  await t.rejects(call('hr-school', { yes: true }), { code: 'RUN_ACTIVE', facts: { run: run.id } })
  t.equal(store.lastingFiles().length, 3)
  await run.release()
})
