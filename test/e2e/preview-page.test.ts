import { execFile } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { inflateSync } from 'node:zlib'
import t from 'tap'
import { impactPage } from '../../src/licensing/impact/page.ts'
import { browser, skip } from '../browser.ts'
import { sampleImpact } from '../licensing/impact/sample-impact.ts'

const run = promisify(execFile)
const about = {
  command: 'licenses transfer',
  tenant: 'Contoso <b>“Überlandwerke”</b>',
  run: '20261130-154309-b7bc7a1c',
  at: '2026-11-30T15:43:09.000Z',
  stops: [{ code: 'PLAN_REFUSED' as const, why: 'A word without a break: '.padEnd(180, 'x'), fix: 'Do it.' }],
}

/** The color of the first pixel of a PNG: with zeros around it, each of its filters leaves the pixel as it is. */
const firstPixel = (png: Buffer): readonly number[] => {
  const parts: Buffer[] = []
  for (let at = 8; at < png.length;) {
    const length = png.readUInt32BE(at)
    if (png.toString('latin1', at + 4, at + 8) === 'IDAT') parts.push(png.subarray(at + 8, at + 8 + length))
    at += length + 12
  }
  return [...inflateSync(Buffer.concat(parts)).subarray(1, 4)]
}

interface NetEvent {
  readonly params?: { readonly url?: string; readonly initiator?: string }
}
const none = 'not an origin'

/** Opens a page without a network, and returns what the browser made of it. */
const opened = async (t: { testdir(): string }, page: string, scheme: 'light' | 'dark', width = 1100) => {
  const folder = t.testdir()
  const [file, shot, log] = ['page.html', 'shot.png', 'net.json'].map(name => join(folder, name)) as [
    string,
    string,
    string,
  ]
  writeFileSync(file, page)
  const flags = [
    ...[
      '--headless',
      '--no-sandbox',
      '--disable-gpu',
      '--hide-scrollbars',
      `--user-data-dir=${join(folder, 'profile')}`,
    ],
    ...['--host-resolver-rules=MAP * ~NOTFOUND', '--disable-background-networking', '--disable-component-update'],
    ...['--no-first-run', `--blink-settings=preferredColorScheme=${scheme === 'dark' ? 0 : 1}`, `--log-net-log=${log}`],
    `--window-size=${width},900`,
  ]
  const wanted = [`--screenshot=${shot}`, '--dump-dom', `file://${file}`]
  const { stdout: dom } = await run(browser!, [...flags, ...wanted], { maxBuffer: 1e8 })
  const { events } = JSON.parse(readFileSync(log, 'utf8')) as { readonly events: readonly NetEvent[] }
  // What the browser asks for itself has no origin.
  const asked = events.flatMap(({ params: { url, initiator = none } = {} }) =>
    url !== undefined && initiator !== none && /^(?:https?|wss?):/.test(url) ? [url] : [],
  )
  return { pixel: firstPixel(readFileSync(shot)), dom, asked }
}

/** The same page with a script that notes how wide it is. */
const measured = (page: string): string =>
  page
    .replace(/<meta http-equiv[^>]*>/, '')
    .replace(
      '</body>',
      "<script>const e=document.documentElement;e.dataset.wide=e.scrollWidth+'/'+e.clientWidth</script></body>",
    )

for (const [name, page] of [
  ['a million users', impactPage(sampleImpact(200_000), about)],
  ['five users', impactPage(sampleImpact(1), about)],
] as const)
  t.test(`a page about ${name} is light and dark in a browser, and asks for nothing`, { skip }, async t => {
    const [light, dark] = [await opened(t, page, 'light'), await opened(t, page, 'dark')]
    t.ok(Math.min(...light.pixel) > 200, `light: ${light.pixel.join()}`)
    t.ok(Math.max(...dark.pixel) < 60, `dark: ${dark.pixel.join()}`)
    t.strictSame([...light.asked, ...dark.asked], [])
    t.match(light.dom, /<h2>Plans that users gain or lose<\/h2>/)
    t.match(light.dom, /Contoso &lt;b&gt;/)
    t.equal(light.dom.match(/<rect/g)?.length, page.match(/<rect/g)?.length, 'all charts are there')
  })

t.test('what a page asks for is seen, and its policy does not let it', { skip }, async t => {
  const asks = '<body><img src="http://127.0.0.1:9/pixel.png">'
  const page = impactPage(sampleImpact(1), about)
  t.ok((await opened(t, asks, 'light')).asked.length > 0)
  t.strictSame((await opened(t, page.replace('<body>', asks), 'light')).asked, [])
})

t.test('a page is not wider than a window or a telephone', { skip }, async t => {
  const page = measured(impactPage(sampleImpact(200_000), about))
  for (const width of [500, 1100]) {
    const { dom } = await opened(t, page, 'light', width)
    const [, wide, there] = /data-wide="(\d+)\/(\d+)"/.exec(dom) ?? []
    t.ok(Number(wide) > 0 && Number(wide) <= Number(there), `${wide} of ${there}`)
  }
})
