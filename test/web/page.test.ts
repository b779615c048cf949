import { readFileSync } from 'node:fs'
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import t, { type Test } from 'tap'
import { skip } from '../browser.ts'
import { pageBed } from './page-bed.ts'

/** What axe finds that keeps people from using a page, as `rule: element`. */
const faultsOf = async (page: Page): Promise<readonly string[]> => {
  await page.evaluate(axe.source)
  return page.evaluate(async () => {
    const { violations } = await (globalThis as never as { axe: { run(): Promise<{ violations: never[] }> } }).axe.run()
    return (violations as { id: string; impact: string; nodes: { html: string }[] }[])
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`))
  })
}

/** Whether a page is wider than its window. */
const isTooWide = (page: Page): Promise<boolean> =>
  page.evaluate('document.documentElement.scrollWidth > document.documentElement.clientWidth')

const sizes = { desk: { width: 1280, height: 850 }, phone: { width: 390, height: 844 } }

/** Looks at views in light and dark, on a desk and a phone. */
const looksWell = async (t: Test, page: Page, server: string, paths: readonly string[]): Promise<void> => {
  for (const path of paths) {
    await page.goto(`${server}${path}`)
    await page.getByRole('heading', { level: 1 }).waitFor()
    await page.waitForLoadState('networkidle').catch(() => undefined)
    for (const [name, size] of Object.entries(sizes))
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.setViewportSize(size)
        await page.emulateMedia({ colorScheme })
        t.strictSame(await faultsOf(page), [], `${path} ${name} ${colorScheme}`)
        t.notOk(await isTooWide(page), `${path} is as wide as a ${name}`)
      }
  }
  await page.setViewportSize(sizes.desk)
}

interface Shown {
  readonly id: string
}

t.test('the operations page', { skip, timeout: 300_000 }, async t => {
  const bed = await pageBed(t)
  const { server, call, desk } = bed
  const page = await bed.window()
  const heading = page.getByRole('heading', { level: 1 })
  const dialog = page.getByRole('dialog')
  const state = page.locator('.head .tag')
  const submit = (body: object) => call('POST', '/api/jobs', body) as Promise<Shown>
  const upload = async (operation: string, text: string): Promise<string> =>
    ((await call('POST', `/api/uploads?operation=${encodeURIComponent(operation)}`, text)) as Shown).id
  const people = (prefix: string, many: number): string => readFileSync(desk.newPeople('in.csv', prefix, many), 'utf8')

  await t.test('a sign-in that is refused says why in one sentence, and another one shows the jobs', async t => {
    await page.goto(`${server.url}/sign-in?link=wrong`)
    t.match(await page.getByRole('alert').textContent(), /^The link was used, or is older than a minute\. Get another/)
    t.strictSame(await faultsOf(page), [])
    await page.goto(`${server.url}/jobs`)
    t.match(await page.getByText(/no token and no session/).textContent(), /\.$/)
    await page.getByLabel('Token').fill('entrapipe_wrong')
    await page.getByRole('button', { name: 'Sign in' }).click()
    t.match(await page.getByRole('alert').textContent(), /^The token is unknown, revoked or expired\./)
    t.strictSame(await faultsOf(page), [])
    await page.getByLabel('Token').fill(await bed.tokenOf('bea', 'Admin'))
    await page.getByRole('button', { name: 'Sign in' }).click()
    await page.getByText('No jobs yet.').waitFor()
    t.match(await page.locator('.person').textContent(), /bea/)
    await page.goto(new URL(server.link!).href)
    await page.waitForURL(`${server.url}/`)
    await page.getByText('No jobs yet.').waitFor()
  })

  await t.test('a job is watched, cancelled, resumed, and its results and file are downloaded', async t => {
    await desk.slowly(2500)
    const { id } = await submit({
      ...{ pipeline: 'users create', tenant: 'sandbox' },
      upload: await upload('users create', people('zoe', 400)),
    })
    // It comes by itself.
    await page.getByRole('link', { name: 'people.csv' }).click()
    await heading.getByText('people.csv').waitFor()
    await page.locator('progress[value]').waitFor()
    await page.locator('.chart canvas').waitFor()
    await page.getByText(/^[\d,]+ of 400$/).waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await state.getByText('Cancelled', { exact: true }).waitFor()
    await desk.slowly(0)
    await page.getByRole('button', { name: 'Resume' }).click()
    await state.getByText('Completed', { exact: true }).waitFor()
    await page.locator('.notices').getByText('people.csv: completed. 400 successes, 0 failures.').waitFor()
    await page.getByLabel('Outcome').selectOption('failed')
    await page.getByText('No rows are failed.').waitFor()
    await page.getByLabel('Outcome').selectOption('done')
    await page.getByText('Rows 1 to 100').waitFor()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('Rows 101 to 200').waitFor()
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name: 'CSV' }).click()
    const download = await waiting
    t.match(readFileSync((await download.path())!, 'utf8'), /^run,key,.*\n(?:.*,done,.*\n){400}$/)
    t.equal(download.suggestedFilename(), `${id}-results.csv`)
    await looksWell(t, page, server.url, [`/jobs/${id}`])
  })

  await t.test('a plan that deletes is approved by somebody else, who types how many it deletes', async t => {
    const users = (
      await bed.runs.read((await bed.jobs.list({})).items[0]!.run!, run =>
        run.readResults({ limit: 3, outcomes: ['done'] }),
      )
    ).map(({ id }) => id)
    const { id } = await submit({
      ...{ pipeline: 'users delete', tenant: 'sandbox' },
      upload: await upload('users delete', `id\n${users.join('\n')}\n`),
    })
    await bed.until(id, job => job.state === 'awaiting-approval')
    const other = await bed.window()
    await other.goto(`${server.url}/jobs/${id}`)
    await other.getByLabel('Token').fill(await bed.tokenOf('ben', 'Approver'))
    await other.getByRole('button', { name: 'Sign in' }).click()
    await other.getByText('Deletes 3 users').waitFor()
    t.equal(await other.getByRole('button', { name: /Delete|Cancel/ }).count(), 0, 'an approver only approves')
    await looksWell(t, other, server.url, [`/jobs/${id}`])
    await other.getByRole('button', { name: 'Approve…' }).click()
    const confirm = other.getByRole('dialog')
    await confirm.getByLabel('Type 3 to confirm').fill('2')
    t.ok(await confirm.getByRole('button', { name: 'Approve' }).isDisabled())
    await confirm.getByLabel('Type 3 to confirm').fill('3')
    t.strictSame(await faultsOf(other), [])
    await confirm.getByRole('button', { name: 'Approve' }).click()
    await other.locator('.head .tag').getByText('Completed', { exact: true }).waitFor()
    t.match(await call('GET', `/api/jobs/${id}`), { approvedBy: 'ben', counts: { done: 3 } })
    await other.context().close()
  })

  await t.test('jobs are filtered, sorted and selected, and each that is not deleted says why', async t => {
    const at = new Date(Date.now() + 86_400_000).toISOString()
    for (const fileName of ['b.csv', 'a.csv'])
      await submit({ pipeline: 'export users', tenant: 'contoso', fileName, params: { select: ['id'] }, at })
    await page.getByRole('link', { name: 'Jobs', exact: true }).click()
    const names = page.locator('tbody tr:not(.gap) a')
    await page.getByRole('button', { name: 'File name' }).click()
    await page.getByLabel('Tenant').selectOption('contoso')
    await page.getByText('2 jobs of 4 jobs').waitFor()
    t.strictSame(await names.allTextContents(), ['a.csv', 'b.csv'])
    await page.getByLabel('Tenant').selectOption('')
    await page.getByLabel('Search').fill('DELETE')
    await page.getByText('1 job of 4 jobs').waitFor()
    await page.getByLabel('Search').fill('')
    await page.getByLabel('Select a.csv').check()
    await page.getByLabel('Select people.csv').first().check()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await dialog.getByLabel('Type 2 to confirm').fill('2')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    t.match(await dialog.locator('li').textContent(), /^a\.csv: .*is scheduled.* Cancel it first\.$/)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByText('3 jobs').waitFor()
    await looksWell(t, page, server.url, ['/jobs'])
  })

  await t.test('the keyboard is enough, and a new view has the focus', async t => {
    await page.goto(`${server.url}/jobs`)
    await page.getByRole('link', { name: 'a.csv' }).focus()
    await page.keyboard.press('Enter')
    await heading.getByText('a.csv').waitFor()
    t.equal(await page.evaluate('document.activeElement.tagName'), 'H1')
    t.match(await page.title(), /^a\.csv – entrapipe$/)
    await page.getByLabel('Colours').selectOption('dark')
    await page.reload()
    await heading.getByText('a.csv').waitFor()
    t.equal(await page.evaluate('getComputedStyle(document.documentElement).colorScheme'), 'dark')
  })

  await t.test('no page asked others for anything, or had an error', async t => {
    t.strictSame(bed.faults, [])
  })
})
