import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, openSync } from 'node:fs'
import { PassThrough, Writable } from 'node:stream'
import { text } from 'node:stream/consumers'
import t from 'tap'
import { checkInput, input, output } from '../../src/places/stdio.ts'

const stdio = new URL('../../src/places/stdio.ts', import.meta.url).href

/** A process that writes lines to stdout forever and reports on stderr what ended it. */
const writer = `
  import { output } from ${JSON.stringify(stdio)}
  const out = output()
  try { for (;;) await out.write('x'.repeat(1000) + '\\n') } catch (error) { console.error(error.name, error.code ?? '') }
`

t.test('a reader that goes away ends the writer with DownstreamClosed', async t => {
  const child = spawn(process.execPath, ['--input-type=module', '-e', writer], { stdio: ['ignore', 'pipe', 'pipe'] })
  const said = text(child.stderr!)
  await once(child.stdout!, 'data')
  child.stdout!.destroy()
  t.match(await said, /^DownstreamClosed/m)
})

t.test(
  'stdout redirected to a full disk fails with DISK_FULL',
  { skip: !existsSync('/dev/full') && 'no /dev/full here' },
  async t => {
    const child = spawn(process.execPath, ['--input-type=module', '-e', writer], {
      stdio: ['ignore', openSync('/dev/full', 'w'), 'pipe'],
    })
    t.match(await text(child.stderr!), /^EntrapipeError DISK_FULL$/m)
  },
)

t.test('a write waits until the reader has taken it', async t => {
  const taken: string[] = []
  let go: (() => void) | undefined
  const slow = new Writable({
    write(chunk, _, done) {
      taken.push(String(chunk))
      go = done
    },
  })
  const order: string[] = []
  const writing = output(slow)
    .write('ö')
    .then(() => order.push('written'))
  order.push('read')
  go!()
  await writing
  t.strictSame([taken, order], [['ö'], ['read', 'written']])
})

t.test('a stream that fails between two writes fails the next write', async t => {
  const stream = new PassThrough()
  const out = output(stream)
  await out.write('a')
  stream.destroy(Object.assign(new Error('gone'), { code: 'EPIPE' }))
  await new Promise(closed => stream.once('close', closed))
  await t.rejects(out.write('b'), { name: 'DownstreamClosed' })
})

t.test('an abort ends reading from a silent input, and destroys it', async t => {
  const stream = new PassThrough()
  const stop = new AbortController()
  stream.write('a')
  const reading = input(stop.signal, stream)
  t.equal(String((await reading.next()).value), 'a')
  const next = reading.next()
  stop.abort(new Error('enough'))
  await t.rejects(next, { name: 'AbortError' })
  t.equal(stream.destroyed, true)
})

t.test('a run aborted before the first byte does not wait for its input', async t => {
  const stream = new PassThrough()
  await t.rejects(input(AbortSignal.abort(), stream).next(), { name: 'AbortError' })
  t.equal(stream.destroyed, true)
})

t.test('rows cannot be read from a terminal', async t => {
  t.throws(() => checkInput(Object.assign(new PassThrough(), { isTTY: true })), { code: 'USAGE' })
  t.doesNotThrow(() => checkInput(new PassThrough()))
})
