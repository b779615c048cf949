import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { generate } from 'selfsigned'
import { SMTPServer } from 'smtp-server'
import { Webhook } from 'standardwebhooks'
import t, { type Test } from 'tap'
import type { NewJob } from '../../src/jobs/insert-job.ts'
import { jobStore } from '../../src/jobs/job-store.ts'
import type { JobState } from '../../src/jobs/job.ts'
import { openNotifier } from '../../src/notifications/notifier.ts'
import { readNotificationSettings } from '../../src/notifications/settings.ts'
import { openTables } from '../../src/store/tables/open-tables.ts'
import type { Config } from '../../src/tenants/config.ts'
import { fakeClock } from '../fake-clock.ts'
import { fakeEnvironment } from '../tenants/fake-environment.ts'

const secret = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
  algorithm: 'sha256',
  extensions: [
    { name: 'basicConstraints', cA: true },
    {
      name: 'subjectAltName',
      altNames: [
        { type: 2, value: 'localhost' },
        { type: 7, ip: '127.0.0.1' },
      ],
    },
  ],
})

interface Received {
  readonly headers: Record<string, string>
  readonly body: string
}

/** A webhook over https on this machine. `answer` gives its status, and where it redirects to. */
const receiver = async (t: Test, answer: (nth: number) => number | 'never' = () => 204) => {
  const received: Received[] = []
  const server = createServer({ key, cert }, (request: IncomingMessage, response) => {
    void text(request).then(body => {
      received.push({ headers: request.headers as Record<string, string>, body })
      const status = answer(received.length)
      if (status !== 'never') response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end()
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
  return { received, url: `https://127.0.0.1:${(server.address() as AddressInfo).port}/hook?key=1` }
}

interface Mail {
  readonly to: readonly string[]
  readonly user: string | undefined
  readonly secure: boolean
  readonly text: string
}

/** A mail server with STARTTLS that one person can sign in to. */
const mailbox = async (t: Test) => {
  const mails: Mail[] = []
  const server = new SMTPServer({
    key,
    cert,
    disableReverseLookup: true,
    onAuth: ({ username, password }, _, done) =>
      password === 'a password' ? done(null, { user: username }) : done(new Error('wrong password')),
    onData(stream, { envelope, user, secure }, done) {
      void text(stream).then(text => {
        mails.push({
          to: envelope.rcptTo.map(({ address }) => address),
          user: user as string | undefined,
          secure,
          text,
        })
        done()
      })
    },
  })
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.teardown(() => new Promise<void>(resolve => server.close(() => resolve())))
  return { mails, port: (listener.address() as AddressInfo).port }
}

const order: NewJob = {
  pipeline: 'users create',
  params: { from: 'Ann Secret.csv' },
  paths: { from: '/files/people.csv' },
  options: { reason: 'new people of Ann Secret' },
  tenant: 'contoso',
  work: { kind: 'run' },
  writes: true,
}

const bed = async (t: Test, notifications: Config['notifications'], variables: Record<string, string> = {}) => {
  const folder = t.testdir({})
  writeFileSync(join(folder, 'ca.pem'), cert)
  const { clock, advance } = fakeClock()
  const tables = await openTables({ path: folder }, clock)
  t.teardown(() => tables.close())
  const jobs = jobStore(tables, clock)
  const said: string[] = []
  const settings = await readNotificationSettings(
    { file: join(folder, 'entrapipe.config.json'), config: { tenants: {}, ...(notifications && { notifications }) } },
    fakeEnvironment(folder, { SECRET: secret, PASSWORD: 'a password', ...variables }),
  )
  const open = () => {
    const notifier = openNotifier({ tables, clock, settings, url: 'https://here:7443', say: line => said.push(line) })
    t.teardown(() => notifier.close())
    return notifier
  }
  const submit = async (more: Partial<NewJob> = {}) =>
    (await jobs.create({ ...order, ...more }, { id: 'ann', name: 'Ann Secret' })).job.id
  const move = async (id: string, ...states: readonly JobState[]) => {
    for (const state of states) await jobs.change(id, () => true, { state }, { who: 'root', action: 'test' })
  }
  const counted = (id: string, failed: number) =>
    jobs.change(
      id,
      () => true,
      {
        state: 'done',
        counts: { rows: 5, done: 5 - failed, failed, pending: 0, unchanged: 0, skipped: 0, unknown: 0, waiting: 0 },
      },
      { who: 'root', action: 'test' },
    )
  return { ...open(), open, submit, move, counted, said, advance }
}

const hook = (url: string) => ({ url, secret: { env: 'SECRET' }, privateAddresses: true })

t.test('a webhook gets one notice of a job that has ended, signed, and without its data', async t => {
  const { received, url } = await receiver(t)
  const { look, submit, move, counted, said } = await bed(t, {
    caFile: 'ca.pem',
    targets: { ops: { webhook: hook(url) } },
  })
  const id = await submit()
  await move(id, 'running')
  await look()
  t.strictSame(received, [])
  await counted(id, 1)
  await look()
  await look()
  t.equal(received.length, 1)
  const [{ body, headers } = { body: '', headers: {} }] = received
  const told = JSON.parse(body) as object
  t.strictSame(told, {
    id: `${id}.3`,
    type: 'job.ended',
    at: '2026-01-01T00:00:00.000Z',
    tenant: 'contoso',
    pipeline: 'users create',
    job: {
      id,
      state: 'done',
      createdAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:00:00.000Z',
      counts: { rows: 5, done: 4, failed: 1, pending: 0, unchanged: 0, skipped: 0, unknown: 0, waiting: 0 },
    },
    link: `https://here:7443/jobs/${id}`,
  })
  t.notMatch(body, 'Secret')
  // The receiver's library refuses a timestamp that is not of today, and the clock of the test is not.
  const seconds = Number(headers['webhook-timestamp'])
  t.equal(seconds, Date.UTC(2026, 0, 1) / 1000)
  t.equal(
    headers['webhook-signature'],
    new Webhook(secret).sign(headers['webhook-id']!, new Date(seconds * 1000), body),
  )
  t.equal(headers['webhook-id'], `${id}.3`)
  t.strictSame(said, [])
})

t.test('each target gets what it asked for, and nobody a dry run', async t => {
  const { received, url } = await receiver(t)
  const webhook = hook(url)
  const { look, submit, move, counted } = await bed(t, {
    caFile: 'ca.pem',
    link: 'https://jobs.contoso.com/',
    targets: {
      problems: { events: ['problems'], webhook },
      approvers: { events: ['approval'], webhook },
      fabrikam: { tenants: ['fabrikam'], webhook },
      exports: { pipelines: ['export users'], webhook },
    },
  })
  const told = async () => {
    await look()
    return received.splice(0).map(({ body }) => {
      const { type, job, link } = JSON.parse(body) as { type: string; job: { state: string }; link: string }
      t.match(link, /^https:\/\/jobs\.contoso\.com\/jobs\//)
      return `${type} ${job.state}`
    })
  }
  const good = await submit()
  await move(good, 'running')
  await counted(good, 0)
  t.strictSame(await told(), [])
  const bad = await submit()
  await move(bad, 'running')
  await counted(bad, 2)
  t.strictSame(await told(), ['job.ended done'])
  await move(await submit(), 'running', 'failed')
  t.strictSame(await told(), ['job.ended failed'])
  const approved = await submit()
  await move(approved, 'running', 'awaiting-approval')
  t.strictSame(await told(), ['job.awaiting-approval awaiting-approval'])
  await move(await submit({ tenant: 'fabrikam' }), 'cancelled')
  t.strictSame(await told(), ['job.ended cancelled'])
  await move(await submit({ pipeline: 'export users' }), 'cancelled')
  t.strictSame(await told(), ['job.ended cancelled'])
  await move(await submit({ dryRun: true }), 'running', 'failed')
  t.strictSame(await told(), [])
})

t.test('a webhook that fails is tried again, later each time, and given up after a day', async t => {
  const { received, url } = await receiver(t, () => 500)
  const { look, submit, move, said, advance } = await bed(t, {
    caFile: 'ca.pem',
    targets: { ops: { webhook: hook(url) } },
  })
  const id = await submit()
  await move(id, 'cancelled')
  await look()
  t.equal(
    said.shift(),
    `Notice ${id}.2 did not reach ops: it answered 500. It is tried again at 2026-01-01T00:00:30.000Z.`,
  )
  await look()
  t.equal(received.length, 1)
  advance(30_000)
  await look()
  t.match(said.shift(), 'It is tried again at 2026-01-01T00:02:30.000Z.')
  advance(24 * 3_600_000)
  await look()
  t.match(said.shift(), 'It is given up.')
  advance(24 * 3_600_000)
  await look()
  t.equal(received.length, 3)
  t.equal(new Set(received.map(({ headers }) => headers['webhook-id'])).size, 1)
})

t.test('a redirect is not followed', async t => {
  const { received, url } = await receiver(t, () => 302)
  const { look, submit, move, said } = await bed(t, { caFile: 'ca.pem', targets: { ops: { webhook: hook(url) } } })
  await move(await submit(), 'cancelled')
  await look()
  t.match(said[0], 'it answered 302, and redirects are not followed')
  t.equal(received.length, 1)
})

t.test('a server that stops does not wait for a webhook, and the next one sends the notice', async t => {
  const { received, url } = await receiver(t, nth => (nth === 1 ? 'never' : 204))
  const { look, close, open, submit, move, advance } = await bed(t, {
    caFile: 'ca.pem',
    targets: { ops: { webhook: hook(url) } },
  })
  await move(await submit(), 'cancelled')
  const looking = look()
  while (received.length === 0) await new Promise(setImmediate)
  await close()
  await looking
  advance(120_000)
  await open().look()
  t.equal(received.length, 2)
  t.equal(received[0]?.body, received[1]?.body)
})

for (const host of [
  ...['127.0.0.1', 'localhost', '[::1]', '[::ffff:10.0.0.1]', '[::127.0.0.1]', '169.254.169.254', '10.1.2.3'],
])
  t.test(`nothing is sent to ${host} unless private addresses are allowed`, async t => {
    const { received, url } = await receiver(t)
    const at = url.replace('127.0.0.1', host)
    const { look, submit, move, said } = await bed(t, {
      caFile: 'ca.pem',
      targets: { ops: { webhook: { ...hook(at), privateAddresses: false } } },
    })
    await move(await submit(), 'cancelled')
    await look()
    t.match(said[0], 'which is not public')
    t.strictSame(received, [])
  })

t.test('a mail is sent over STARTTLS by who signs in, with counts and a link', async t => {
  const { mails, port } = await mailbox(t)
  const { look, submit, move, counted, said } = await bed(t, {
    caFile: 'ca.pem',
    smtp: {
      ...{ host: '127.0.0.1', port, user: 'jobs', password: { env: 'PASSWORD' } },
      from: 'entrapipe <jobs@contoso.com>',
    },
    targets: { ops: { mail: ['ops@contoso.com', 'hr@contoso.com'] } },
  })
  const id = await submit()
  await move(id, 'running')
  await counted(id, 1)
  await look()
  t.strictSame(said, [])
  const [mail, ...more] = mails
  t.strictSame(more, [])
  t.match(mail, { to: ['ops@contoso.com', 'hr@contoso.com'], user: 'jobs', secure: true })
  t.match(mail?.text, /^Subject: users create on contoso: done, 1 failed or unknown\r$/m)
  t.match(mail?.text, `Message-ID: <${id}.3@contoso.com>`)
  t.match(mail?.text, /^Rows: failed: 1\r$/m)
  t.match(mail?.text.replaceAll('=\r\n', ''), `See: https://here:7443/jobs/${id}`)
  t.notMatch(mail?.text, 'Secret')
})

t.test('a mail server without TLS gets nothing, unless the settings allow it', async t => {
  const mails: string[] = []
  const server = new SMTPServer({
    disabledCommands: ['STARTTLS'],
    authOptional: true,
    disableReverseLookup: true,
    onData: (stream, _, done) => void text(stream).then(text => (mails.push(text), done())),
  })
  const listener = server.listen(0, '127.0.0.1')
  await once(listener, 'listening')
  t.teardown(() => new Promise<void>(resolve => server.close(() => resolve())))
  const smtp = { host: '127.0.0.1', port: (listener.address() as AddressInfo).port, from: 'jobs@contoso.com' }
  const targets = { ops: { mail: ['ops@contoso.com'] } }
  const first = await bed(t, { smtp, targets })
  await first.move(await first.submit(), 'cancelled')
  await first.look()
  t.match(first.said[0], /did not reach ops: .*STARTTLS/)
  t.strictSame(mails, [])
  const second = await bed(t, { smtp: { ...smtp, tls: 'none' }, targets })
  await second.move(await second.submit(), 'cancelled')
  await second.look()
  t.equal(mails.length, 1)
})

t.test('a secret that signs nothing well is refused, and not repeated', async t => {
  const targets = { ops: { webhook: { url: 'https://hooks.contoso.com/', secret: { env: 'SECRET' } } } }
  for (const wrong of ['password1', 'whsec_c2hvcnQ=', `whsec_${'*'.repeat(40)}`])
    await t.rejects(bed(t, { targets }, { SECRET: wrong }), {
      code: 'CONFIG_INVALID',
      message: /^(?!.*(password1|c2hvcnQ|\*)).*the secret of the webhook ops is not whsec_/,
    })
})
