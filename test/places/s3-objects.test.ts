import { createServer, request as send } from 'node:http'
import t from 'tap'
import { objectStoreContract } from '../../src/contracts/object-store.ts'
import { s3Objects } from '../../src/places/s3-objects.ts'
import { keeps } from '../contracts/keeps.ts'
import { contextWith } from '../servers/context.ts'
import { listening } from '../servers/listening.ts'
import { s3rver } from '../servers/s3rver.ts'

/** More than two pieces. */
const manyBytes = 11 * 2 ** 20

t.test('a folder of a bucket keeps the contract of a store of objects', async t => {
  const server = await s3rver(t)
  await server.create('lake')
  // Every rule finds an empty folder.
  const roots: string[] = []
  const rootOf = (scene: string): string => {
    if (!roots.includes(scene)) roots.push(scene)
    return server.folder('lake', `night ${roots.indexOf(scene)}/users/`)
  }
  const make = (scene: string, below?: string) =>
    s3Objects(rootOf(scene) + (below === undefined ? '' : `${encodeURIComponent(below)}/`))
  await keeps(t, objectStoreContract({ make, variables: server.variables(), manyBytes }))
})

t.test('what is wrong with the sign-in or the address is said before anything is written', async t => {
  const server = await s3rver(t)
  await server.create('lake')
  const folder = t.testdir()
  const check = (variables: Readonly<Record<string, string>>, container = 'lake') =>
    s3Objects(server.folder(container, 'users/')).check(contextWith(folder, variables))
  await t.resolves(check(server.variables()))
  await t.rejects(check(server.variables(), 'missing'), {
    code: 'FILE_UNWRITABLE',
    message: 'The bucket missing does not exist (404 NoSuchBucket).',
  })
  await t.rejects(check({ ...server.variables(), AWS_ACCESS_KEY_ID: 'wrong' }), {
    code: 'SIGN_IN_FAILED',
    message: 'The service of the bucket lake did not accept the access key (403 InvalidAccessKeyId).',
  })
})

t.test('a completion whose reply was lost is not done twice, and counts as done', async t => {
  const server = await s3rver(t)
  await server.create('lake')
  let lost = 0
  const to = new URL(server.origin)
  const proxy = createServer((request, reply) => {
    const isCompletion = request.method === 'POST' && request.url!.includes('uploadId=')
    const { method, url: path, headers } = request
    const onward = send({ hostname: to.hostname, port: to.port, method, path, headers }, answer => {
      if (isCompletion && lost++ === 0) answer.resume().on('end', () => request.socket.destroy())
      else answer.pipe(reply.writeHead(answer.statusCode!, answer.headers))
    })
    request.pipe(onward)
  })
  const ctx = contextWith(t.testdir(), server.variables(await listening(t, proxy)))
  const store = s3Objects('s3://lake/users/')
  const upload = await store.upload(ctx, 'a.bin')
  await upload.append(new Uint8Array(6 * 2 ** 20))
  t.equal(await upload.finish(''), await store.versionOf(ctx, 'a.bin'))
  t.equal(lost, 2)
})

t.test('what a check left that was killed is removed with the next object', async t => {
  const server = await s3rver(t)
  await server.create('lake')
  const ctx = contextWith(t.testdir(), server.variables())
  const store = s3Objects('s3://lake/users/')
  const names = async (): Promise<readonly string[]> => {
    const found: string[] = []
    for await (const { name } of store.list(ctx)) found.push(name)
    return found.toSorted()
  }
  for (const name of ['_check', 'in progress']) await (await store.upload(ctx, name)).append(new Uint8Array(manyBytes))
  t.strictSame(await names(), ['_check', 'in progress'])
  await store.remove(ctx, ['old.bin'])
  t.strictSame(await names(), ['in progress'])
})
