import t from 'tap'
import { operationContract } from '../../src/contracts/operation.ts'
import type { Sent, Values } from '../../src/core/operation.ts'
import { uploadUser } from '../../src/operations/upload-user.ts'
import { keeps } from '../contracts/keeps.ts'
import { operationBed, operations } from './operation-bed.ts'

const value = (externalId: string, more: Values = {}): Values => ({
  servicePrincipal: 'sp',
  job: 'API2AAD.1',
  user: { schemas: ['core'], externalId, ...more },
  part: 0,
})
const at = (seconds: number): string => new Date(seconds * 1000).toISOString()
const line = (id: string, status: string, seconds: number, more: object = {}) => ({
  activityDateTime: at(seconds),
  provisioningAction: 'create',
  sourceIdentity: { id },
  targetIdentity: { id: `target of ${id}` },
  provisioningStatusInfo: { status, ...more },
})
const decide = async (lines: readonly object[], ids: readonly string[], sent: Partial<Sent> = {}) => {
  const links: string[] = []
  const graph = {
    async *pages(link: string) {
      links.push(link)
      yield { values: lines }
    },
  }
  const rows = ids.map((id): Sent => ({ value: value(id), before: {}, sinceMs: 100_000, attempts: 2, ...sent }))
  return { decided: await uploadUser.decide(rows, { graph, signal: undefined } as never), links }
}

t.test('upload-user keeps the contract of an operation', async t => {
  const bed = await operationBed(t)
  await keeps(
    t,
    operationContract({
      operation: uploadUser,
      operations,
      rows: [value('a'), value('b', { active: false })],
      waits: true,
      invalid: [
        {},
        { ...value('a'), user: 'a' },
        value(''),
        { ...value('a'), user: { externalId: 'a' } },
        { ...value('a'), servicePrincipal: '' },
        { ...value('a'), job: '' },
        { ...value('a'), city: 'Rome' },
      ],
      context: bed.context,
    }),
  )
})

t.test('rows of one part share a request, which is not batched', async t => {
  const { headers, url, body } = uploadUser.request([value('a'), value('b')].map(each => ({ value: each, before: {} })))
  t.equal(url, '/servicePrincipals/sp/synchronization/jobs/API2AAD.1/bulkUpload')
  t.strictSame(headers, { 'content-type': 'application/scim+json' })
  t.match(body, { Operations: [{ method: 'POST', bulkId: 'a', path: '/Users' }, { bulkId: 'b' }], failOnErrors: null })
  t.equal(uploadUser.unbatched, true)
  t.strictSame(uploadUser.locks(value('a')), ['upload api2aad.1 000000000'])
  t.equal(uploadUser.removal?.(value('a', { active: false }), {}), 'disable')
})

t.test('what is missing in a row is named', async t => {
  const refused = (given: Values, column: string) =>
    t.throws(() => uploadUser.accept(given, { text: () => '', bytes: () => Buffer.alloc(0) } as never), {
      code: 'ROW_INVALID',
      facts: { column },
    })
  refused({ ...value('a'), user: 'a' }, 'user')
  refused(value(''), 'externalId')
  refused({ ...value('a'), user: { externalId: 'a' } }, 'schemas')
  refused({ ...value('a'), job: '' }, 'job')
  refused({ ...value('a'), city: 'Rome' }, 'city')
})

t.test('a request that is refused for its content is divided, and a single row fails', async t => {
  const reply = { status: 400, headers: {}, body: { error: { code: 'InvalidDataFormat', message: 'no' } }, attempts: 1 }
  const [one, other] = [value('a'), value('b')].map(each => ({ value: each, before: {} }))
  t.strictSame(uploadUser.settle([one!, other!], reply), ['apart', 'apart'])
  t.match(uploadUser.settle([one!], reply), [{ outcome: 'failed', code: 'InvalidDataFormat' }])
  t.strictSame(uploadUser.settle([one!], { ...reply, status: 202, body: undefined }), ['undecided'])
})

t.test('the log decides: what a first attempt changed counts, and only lines since the upload', async t => {
  const error = { errorInformation: { errorCode: 'DuplicateTargetEntries', reason: 'Two users match.' } }
  const { decided, links } = await decide(
    [line('a', 'skipped', 130), line('a', 'success', 120), line('b', 'failure', 120, error), line('c', 'success', 50)],
    ['a', 'b', 'c'],
    { answered: true },
  )
  t.match(decided, [
    { outcome: 'done', id: 'target of a' },
    { outcome: 'failed', code: 'DuplicateTargetEntries', message: 'Two users match.' },
    { wait: /says nothing.*runs retry <run> --outcome unknown/, atMostMs: 3_600_000 },
  ])
  t.match(decodeURIComponent(links[0]!), `jobId eq 'API2AAD.1' and activityDateTime gt ${at(99)}`)
  const once = await decide([line('a', 'success', 110), line('a', 'skipped', 130)], ['a'], { attempts: 1 })
  t.match(once.decided, [{ outcome: 'unchanged' }])
})

t.test('a user whose upload got no reply is uploaded again if the log does not show it, but not for ever', async t => {
  t.strictSame((await decide([line('b', 'success', 110)], ['a', 'b'], { attempts: 1 })).decided[0], 'not-done')
  t.match((await decide([line('a', 'skipped', 110)], ['a'], { attempts: 1 })).decided, [{ outcome: 'unchanged' }])
  t.match((await decide([], ['a'], { attempts: 100 })).decided, [{ unknown: /No reply came to 100 uploads/ }])
})

t.test('what an earlier attempt could not do, the last one may do: its own line counts', async t => {
  const early = [line('a', 'failure', 110)]
  const second = { untilMs: 120_000, answered: true } as const
  t.match((await decide(early, ['a'], second)).decided, [{ atMostMs: 3_600_000 }])
  t.match((await decide([line('a', 'success', 121), ...early], ['a'], second)).decided, [{ outcome: 'done' }])
  t.match((await decide([line('a', 'failure', 120), ...early], ['a'], second)).decided, [{ outcome: 'failed' }])
  t.strictSame((await decide(early, ['a'], { untilMs: 120_000 })).decided, ['not-done'])
})
