import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { sourceContract } from '../../../src/contracts/source.ts'
import { csv } from '../../../src/sources/csv.ts'
import { sftpInput } from '../../../src/sources/files/sftp-input.ts'
import { fakeClock } from '../../fake-clock.ts'
import { keeps } from '../../contracts/keeps.ts'
import { fakeEnvironment } from '../../tenants/fake-environment.ts'
import { keyPair, sftpServer } from './sftp-server.ts'

const keys = keyPair()
const people = 'id,name\n1,Ann\n2,Bob\n'
const later = 1_767_225_700

/** A server, a folder with a configuration for it, and an input of its file. */
const scene = async (t: Test, entry: Readonly<Record<string, unknown>> = {}, signsIn = { publicKey: keys.public }) => {
  const server = await sftpServer(t, signsIn)
  const folder = t.testdir({})
  writeFileSync(join(folder, 'key'), keys.private, { mode: 0o600 })
  const { hostKey } = server
  const sftp = { [server.name]: { hostKey, privateKey: { file: 'key' }, ...entry } }
  writeFileSync(join(folder, 'entrapipe.config.json'), JSON.stringify({ tenants: {}, sftp }))
  const time = fakeClock()
  const ctx = {
    clock: time.clock,
    environment: fakeEnvironment(folder, { HR_PASSWORD: 'Quiet-Harbour-71' }),
    signal: new AbortController().signal,
  } as never
  const from = (name: string) => `sftp://hr@${server.name}/out/${name}`
  const input = (name = 'people-*.csv') => sftpInput(from(name))
  const textOf = async (one = input()): Promise<string> => {
    const chunks: Buffer[] = []
    for await (const chunk of one.bytes(ctx)) chunks.push(chunk)
    return Buffer.concat(chunks).toString()
  }
  return { ...server, ...time, folder, ctx, from, input, textOf }
}
const sha256 = (text: string | Buffer): string => createHash('sha256').update(text).digest('hex')

t.test('the newest file of a pattern is read, and its hash is part of the identity of a run', async t => {
  const { put, input, ctx, textOf, from, slept } = await scene(t)
  put('people-1.csv', 'old')
  put('people-2.csv', people, later)
  put('contracts-3.csv', 'other', later + 100)
  const one = input()
  await one.check(ctx)
  t.strictSame(await one.describe(ctx), {
    from: from('people-*.csv'),
    file: '/out/people-2.csv',
    bytes: people.length,
    sha256: sha256(people),
  })
  t.strictSame(slept, [10_000])
  // It is for the next run.
  put('people-3.csv', 'newer', later + 200)
  t.equal(await textOf(one), people)
})

t.test('a large file comes through as it is', async t => {
  const { put, input, ctx, textOf } = await scene(t)
  const large = Buffer.from(Array.from({ length: 200_000 }, (_, at) => `${at},name ${at}\n`).join(''))
  put('people-1.csv', large)
  const one = input()
  t.match(await one.describe(ctx), { bytes: large.length, sha256: sha256(large) })
  t.equal(sha256(await textOf(one)), sha256(large))
})

t.test('a file that grows is not read until it stays as it is', async t => {
  const { put, input, ctx, textOf, hooks, slept } = await scene(t, { stableSeconds: 60 })
  put('people-1.csv', 'id,na')
  let looks = 0
  hooks.listed = () => {
    if (++looks < 3) put('people-1.csv', people.slice(0, 10 + looks), later + looks)
    else put('people-1.csv', people, later + 3)
  }
  t.equal(await textOf(), people)
  t.equal(looks, 5)
  t.strictSame(slept, [60_000, 60_000, 60_000, 60_000])
  hooks.listed = () => put('people-1.csv', 'x'.repeat(++looks), later + looks)
  await t.rejects(input().describe(ctx), {
    code: 'INPUT_NOT_READY',
    message: /people-1.csv on .* is still being written/,
  })
})

t.test('a file that changes while it is read ends the reading, also within a second', async t => {
  const { put, input, ctx, textOf, rewrite, hooks } = await scene(t)
  put('people-1.csv', people)
  const one = input()
  await one.describe(ctx)
  rewrite('people-1.csv', people.replace('Ann', 'Eve'), 1_767_225_600)
  await t.rejects(textOf(one), { code: 'INPUT_CHANGED' })
  const other = input()
  await other.describe(ctx)
  hooks.read = () => rewrite('people-1.csv', `${people}3,Cy\n`, later)
  await t.rejects(textOf(other), { code: 'INPUT_CHANGED' })
})

t.test('a file is compared with its checksum', async t => {
  const { put, input, ctx } = await scene(t)
  put('people-1.csv', people)
  put('people-1.csv.md5', `${createHash('md5').update(people).digest('hex').toUpperCase()}  people-1.csv\n`)
  t.match(await input().describe(ctx), { sha256: sha256(people) })
  put('people-1.csv.sha256', `${sha256('another')}  people-1.csv\n`)
  await t.rejects(input().describe(ctx), {
    code: 'INPUT_CUT_OFF',
    message: '/out/people-1.csv does not match its checksum in /out/people-1.csv.sha256, so it is not complete.',
  })
})

t.test('the newest file is not read without its marker, and no older one in its place', async t => {
  const { put, input, ctx, textOf } = await scene(t, { marker: '.done' })
  put('people-1.csv', people)
  await t.rejects(input().check(ctx), {
    code: 'INPUT_NOT_READY',
    message: /people-1.csv is the newest file on .*, and people-1.csv.done, which says .*, is not there yet/,
  })
  put('people-1.csv.done', '')
  t.equal(await textOf(), people)
  t.equal(await textOf(input('*')), people)
  put('people-2.csv', 'not yet', later)
  const refusal = { code: 'INPUT_NOT_READY', exit: 75, message: /people-2.csv is the newest file/ }
  for (const one of [input(), input('*')]) {
    await t.rejects(one.check(ctx), refusal)
    await t.rejects(textOf(one), refusal)
  }
})

t.test('a server with another key is refused before anybody signs in', async t => {
  const { input, ctx, counts, hostKey } = await scene(t, { hostKey: `SHA256:${'A'.repeat(43)}` })
  await t.rejects(input().check(ctx), {
    code: 'SIGN_IN_FAILED',
    message: /host key of .* is not the one/,
    fix: new RegExp(hostKey.replace(/[+/]/g, '\\$&')),
  })
  t.equal(counts.signedIn, 0)
})

t.test('a password is read from where the configuration says, and a wrong one is not shown', async t => {
  const entry = { privateKey: undefined, password: { env: 'HR_PASSWORD' } }
  const right = await scene(t, entry, { password: 'Quiet-Harbour-71' } as never)
  right.put('people-1.csv', people)
  t.equal(await right.textOf(), people)
  const wrong = await scene(t, entry, { password: 'Another-One-72' } as never)
  await t.rejects(wrong.input().check(wrong.ctx), {
    code: 'SIGN_IN_FAILED',
    message: /refused the sign-in of hr/,
  })
})

t.test('what is missing is named: the file, the folder, the entry, the server', async t => {
  const { input, ctx, folder, name, hostKey } = await scene(t)
  await t.rejects(input().check(ctx), { code: 'FILE_MISSING', message: /\/out\/people-\*\.csv was not found on 127/ })
  await t.rejects(sftpInput(`sftp://hr@${name}/none/x.csv`).check(ctx), { code: 'FILE_MISSING' })
  await t.rejects(sftpInput('sftp://hr@elsewhere/x.csv').check(ctx), {
    code: 'CONFIG_INVALID',
    message: /no entry for the SFTP server elsewhere/,
  })
  const away = { '127.0.0.1:1': { hostKey, privateKey: { file: 'key' } } }
  writeFileSync(join(folder, 'entrapipe.config.json'), JSON.stringify({ tenants: {}, sftp: away }))
  await t.rejects(sftpInput('sftp://hr@127.0.0.1:1/x.csv').check(ctx), { code: 'SERVER_UNAVAILABLE', retryable: true })
})

t.test('a lost connection ends the reading, and so does the signal', async t => {
  const { put, input, ctx, textOf, hooks, drop } = await scene(t)
  put('people-1.csv', people)
  const one = input()
  await one.describe(ctx)
  hooks.read = drop
  await t.rejects(textOf(one), { code: 'SERVER_UNAVAILABLE' })
  const stopped = { ...(ctx as object), signal: AbortSignal.abort(new Error('stopped')) } as never
  await t.rejects(input().check(stopped), { message: 'stopped' })
})

t.test('a CSV file of a server keeps the contract of a source', async t => {
  const { put, folder, from, name, hostKey } = await scene(t, { stableSeconds: 0 })
  put('people-1.csv', `id,name\n${Array.from({ length: 30_000 }, (_, at) => `${at},name ${at}`).join('\n')}\n`)
  const sftp = { [name]: { hostKey, privateKey: { file: join(folder, 'key') }, stableSeconds: 0 } }
  const config = JSON.stringify({ tenants: {}, sftp })
  await keeps(
    t,
    sourceContract({ make: () => csv({ from: from('people-*.csv') }), files: { 'entrapipe.config.json': config } }),
  )
})
