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
    // Also those that were not there when the view was opened.
    await page.getByText('Rows 1 to 100').waitFor()
    await page.getByLabel('Outcome').selectOption('failed')
    await page.getByText('No rows are failed.').waitFor()
    await page.getByLabel('Outcome').selectOption('done')
    await page.getByText('Rows 1 to 100').waitFor()
    await page.getByRole('button', { name: 'Next' }).click()
    await page.getByText('Rows 101 to 200').waitFor()
    const waiting = page.waitForEvent('download')
    await page.getByRole('link', { name: 'CSV' }).click()
    const download = await waiting
    t.match(readFileSync((await download.path())!, 'utf8'), /^\ufeffrun,key,.*\n(?:.*,done,.*\n){400}$/)
    t.equal(download.suggestedFilename(), `${id}-results.csv`)
    await looksWell(t, page, server.url, [`/jobs/${id}`])
  })

  await t.test('a plan that deletes is approved by somebody else, who types how many it deletes', async t => {
    const [{ run } = {}] = (await bed.jobs.list({})).items
    const results = await bed.runs.read(run!, reader => reader.readResults({ limit: 1000 }))
    const users = results.flatMap(({ key, id }) => (Number(key) > 398 ? [id] : []))
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

  await t.test('a file is checked line by line before it is sent, and an export says how many it reads', async t => {
    await page.goto(`${server.url}/submit/${encodeURIComponent('users create')}`)
    const template = page.waitForEvent('download')
    await page.getByRole('link', { name: 'Download the template' }).click()
    t.match(readFileSync((await (await template).path())!, 'utf8'), /^version:v1\.0.*\nName \[displayName\] Required/)
    const buffer = Buffer.from(`${people('eva', 2)}Odd,odd odd,odd,true,Pa55-w0rd-of-odd\n`)
    await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'new.csv', mimeType: 'text/csv', buffer })
    await page.getByText('new.csv: 3 rows, 1 row with a problem: they will fail.').waitFor()
    t.match(await page.getByLabel('Problems of the file').getByRole('row').nth(1).textContent(), /^4userPrincipalName/)
    await looksWell(t, page, server.url, ['/submit'])
    await page.goto(`${server.url}/submit/${encodeURIComponent('export users')}`)
    await page.getByLabel('Filter').fill("startswith(userPrincipalName,'zoe1')")
    await page.getByRole('button', { name: 'Count' }).click()
    await page.getByText('111 objects would be exported.').waitFor()
    await page.getByLabel('Filter').fill('nonsense eq')
    await page.getByRole('button', { name: 'Count' }).click()
    t.match(await page.getByRole('alert').textContent(), /\.$/)
    await page.getByLabel('Filter').fill("startswith(userPrincipalName,'zoe1')")
    await page.getByLabel('Format', { exact: true }).selectOption('jsonl')
    await page.getByText('Choose columns').click()
    await page.getByRole('button', { name: 'userPrincipalName', exact: true }).click()
    t.strictSame(await faultsOf(page), [])
    await page.getByRole('button', { name: 'Submit', exact: true }).click()
    await page.locator('.notices').getByText('Submitted: users.jsonl.').waitFor()
    await state.getByText('Completed', { exact: true }).waitFor()
    const link = page.locator('.notices').getByRole('link', { name: 'Download users.jsonl' })
    await link.waitFor()
    const download = page.waitForEvent('download')
    await link.click()
    t.match(readFileSync((await (await download).path())!, 'utf8'), /^(?:\{"userPrincipalName":"zoe1.*"\}\n){111}$/)
  })

  await t.test('users are chosen by searching, and what deletes is previewed and typed before it starts', async t => {
    await page.goto(`${server.url}/submit/${encodeURIComponent('users delete')}`)
    await page.getByText('Chosen users').click()
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByRole('alert').getByText('Choose at least one user.').waitFor()
    await page.getByLabel('Search for users').fill('zoe20')
    await page.getByRole('button', { name: /^zoe200,/ }).click()
    await page.getByRole('button', { name: /^zoe201,/ }).click()
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText('Deletes 2 users').waitFor()
    t.strictSame(await faultsOf(page), [])
    await page.getByRole('button', { name: 'Start these changes…' }).click()
    await dialog.getByLabel('Type 2 to confirm').fill('2')
    await dialog.getByRole('button', { name: 'Start' }).click()
    await state.getByText('Awaiting approval').waitFor()
    await page.getByRole('button', { name: 'Cancel' }).click()
    await state.getByText('Cancelled', { exact: true }).waitFor()
  })

  await t.test('licences are assigned after a look at what that does to seats and plans', async t => {
    await page.goto(`${server.url}/submit/${encodeURIComponent('licenses assign')}`)
    await page.getByText('Users by a filter').click()
    await page.getByLabel('Filter', { exact: true }).fill("startswith(userPrincipalName,'zoe3')")
    await page.getByText(/^Microsoft 365 E5 /).click()
    await page.getByLabel('Usage location').fill('DE')
    t.equal(await page.getByRole('button', { name: 'Submit', exact: true }).count(), 0, 'it is previewed first')
    await page.getByRole('button', { name: 'Preview' }).click()
    await page.getByText(/^It would stop: Seats of Microsoft 365 E5/).waitFor()
    await page.getByRole('heading', { name: 'Impact' }).waitFor()
    t.match(await page.locator('.seats .bar-line').allTextContents(), [/^Owned\d/, /^Used now\d/, /^Used after\d/])
    await page.getByRole('heading', { name: 'Plans that users gain or lose' }).waitFor()
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      t.strictSame(await faultsOf(page), [], colorScheme)
    }
  })

  await t.test(
    'a job over several tenants is one line, which leads to the job of each and to the results of all',
    async t => {
      await page.goto(`${server.url}/submit/${encodeURIComponent('users create')}`)
      await page.getByLabel('Tenant').selectOption('Several tenants')
      const buffer = Buffer.from(people('max', 2))
      await page.getByLabel('File', { exact: true }).setInputFiles({ name: 'all.csv', mimeType: 'text/csv', buffer })
      await page.getByText('all.csv: 2 rows, no problem found.').waitFor()
      await page.getByRole('button', { name: 'Submit', exact: true }).click()
      await page.getByRole('alert').getByText('Choose at least one tenant.').waitFor()
      for (const tenant of ['sandbox', 'contoso']) await page.getByLabel(tenant, { exact: true }).check()
      t.equal(await page.getByRole('button', { name: 'Schedule…' }).count(), 0, 'a schedule is for one tenant')
      await page.getByRole('button', { name: 'Submit', exact: true }).click()
      await state.getByText('Completed with failures').waitFor()
      await page.getByText('2 of 2 tenants have ended, 1 with failures.').waitFor()
      const lines = page.getByRole('region', { name: 'Tenants' }).locator('tbody tr')
      t.match(await lines.allTextContents(), [/^contosoFailed.*contoso/, /^sandboxCompleted202$/])
      const waiting = page.waitForEvent('download')
      await page.locator('.notices').getByRole('link', { name: 'Download the results' }).click()
      t.match(
        readFileSync((await (await waiting).path())!, 'utf8'),
        /^\ufeffrun,key,.*\n(?:.*,done,.*,sandbox,.*\n){2}$/,
      )
      await looksWell(t, page, server.url, [new URL(page.url()).pathname])
      await lines.getByRole('link', { name: 'sandbox' }).click()
      await page.getByText('Part of').waitFor()
      t.equal(await page.getByRole('button', { name: 'Delete…' }).count(), 0, 'it is deleted with the others')
      await page.getByRole('link', { name: 'Jobs', exact: true }).click()
      await page.getByLabel('Tenant').selectOption('contoso')
      await page.getByText(/^1 job of/).waitFor()
      t.match(await page.locator('tbody tr').allTextContents(), [/^all\.csv.*Completed with failures.*202$/])
      await page.getByLabel('Select all.csv').check()
      await page.getByRole('button', { name: 'Delete…' }).click()
      await dialog.getByLabel('Type 1 to confirm').fill('1')
      await dialog.getByRole('button', { name: 'Delete' }).click()
      await page.getByText('No job matches.').waitFor()
    },
  )

  await t.test('a schedule is added with a form, looked at, paused and removed', async t => {
    await page.goto(`${server.url}/submit/${encodeURIComponent('export groups')}`)
    await page.getByRole('button', { name: 'Schedule…' }).click()
    await dialog.getByLabel('Name').fill('nightly-groups')
    await dialog.getByLabel('Time zone').fill('Europe/Berlin')
    t.strictSame(await faultsOf(page), [])
    await dialog.getByRole('button', { name: 'Add' }).click()
    await heading.getByText('nightly-groups').waitFor()
    await page.getByText('daily at 02:30 (Europe/Berlin)').waitFor()
    await page.locator('ol li').nth(9).waitFor()
    await page.getByRole('button', { name: 'Pause' }).click()
    await state.getByText('paused').waitFor()
    await looksWell(t, page, server.url, [
      '/schedules',
      '/schedules/nightly-groups',
      '/approvals',
      '/tenants',
      '/audit',
      '/access',
    ])
    await page.goto(`${server.url}/schedules/nightly-groups`)
    await page.getByRole('button', { name: 'Change times…' }).click()
    t.equal(await dialog.getByLabel('Time zone').inputValue(), 'Europe/Berlin', 'it has the times of the schedule')
    await dialog.getByLabel('When').selectOption('weekly')
    await dialog.getByLabel('Day').selectOption('fri')
    await dialog.getByLabel('Latest start').fill('3')
    t.strictSame(await faultsOf(page), [])
    await dialog.getByRole('button', { name: 'Change' }).click()
    await page.getByText('weekly, fri at 02:30 (Europe/Berlin)').waitFor()
    await page.getByText('3 hours after its time').waitFor()
    await page.getByRole('button', { name: 'Remove…' }).click()
    await dialog.getByRole('button', { name: 'Remove' }).click()
    await page.getByText('There are no schedules.').waitFor()
  })

  await t.test('the directory is read for forms by operators, of their tenants only', async t => {
    const token = async (role: string, tenants: readonly string[]) =>
      ((await call('POST', '/api/access', { name: `${role} of ${tenants[0]}`, role, tenants })) as { token: string })
        .token
    const ask = async (path: string, of: string) =>
      (await call('GET', `/api/directory/sandbox/${path}`, undefined, of)) as {
        status?: number
        code?: string
        count?: number
      }
    const [reader, other] = [await token('Reader', ['sandbox']), await token('Operator', ['contoso'])]
    for (const path of ['users?search=a', 'groups?search=a', 'count?of=users', 'products']) {
      t.match(await ask(path, reader), { status: 403, code: 'NOT_ALLOWED' }, path)
      t.match(await ask(path, other), { status: 422, code: 'TENANT_UNKNOWN' }, path)
    }
  })

  await t.test('jobs are filtered, sorted and selected, and each that is not deleted says why', async t => {
    const at = new Date(Date.now() + 86_400_000).toISOString()
    for (const fileName of ['b.csv', 'a.csv'])
      await submit({ pipeline: 'export users', tenant: 'contoso', fileName, params: { select: ['id'] }, at })
    await page.getByRole('link', { name: 'Jobs', exact: true }).click()
    const names = page.locator('tbody tr:not(.gap) a')
    await page.getByRole('button', { name: 'File name' }).click()
    await page.getByLabel('Tenant').selectOption('contoso')
    await page.getByText('2 jobs of 8 jobs').waitFor()
    t.strictSame(await names.allTextContents(), ['a.csv', 'b.csv'])
    await page.getByLabel('Tenant').selectOption('')
    await page.getByLabel('Search').fill('USERS.JSONL')
    await page.getByText('1 job of 8 jobs').waitFor()
    await page.getByLabel('Search').fill('')
    await page.getByLabel('Select a.csv').check()
    await page.getByLabel('Select people.csv').first().check()
    await page.getByRole('button', { name: 'Delete…' }).click()
    await dialog.getByLabel('Type 2 to confirm').fill('2')
    await dialog.getByRole('button', { name: 'Delete' }).click()
    t.match(await dialog.locator('li').textContent(), /^a\.csv: .*is scheduled.* Cancel it first\.$/)
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByText('7 jobs').waitFor()
    await looksWell(t, page, server.url, ['/jobs'])
  })

  await t.test('runs of the command line are listed and looked at, by who sees their tenant', async t => {
    const listed = async (of?: string) =>
      (await call('GET', '/api/runs', undefined, of)) as { items: readonly { id: string; counts: object }[] }
    t.strictSame(await listed(), { items: [] }, 'runs of jobs are not among them')
    await desk.change(['users', 'create'], people('cli', 3))
    const { items } = await listed()
    t.match(items, [{ pipeline: 'users create', tenant: 'sandbox', state: 'done', counts: { rows: 3, done: 3 } }])
    const { token: other } = (await call('POST', '/api/access', {
      ...{ name: 'others', role: 'Reader', tenants: ['contoso'] },
    })) as { token: string }
    t.strictSame(await listed(other), { items: [] })
    const ofJob = (await bed.jobs.list({ pipeline: 'users create' })).items.find(({ run }) => run !== undefined)!
    for (const [path, of] of [
      [`/api/runs/${items[0]!.id}`, other],
      [`/api/runs/${items[0]!.id}/results`, other],
      [`/api/runs/${ofJob.run}`, undefined],
    ] as const)
      t.match(await call('GET', path, undefined, of), { status: 404, code: 'RUN_UNKNOWN' }, path)
    await page.goto(`${server.url}/jobs?text=command+line`)
    await page.getByText(/^1 job of/).waitFor()
    t.equal(await page.getByLabel('Select users create').count(), 0, 'commands delete it')
    await page.getByRole('link', { name: 'users create' }).click()
    await page.getByText('A command has started it.').waitFor()
    t.equal(await page.getByRole('button', { name: /Delete|Undo|Cancel/ }).count(), 0)
    await page.getByLabel('Outcome').selectOption('done')
    await page.getByRole('cell', { name: 'done' }).nth(2).waitFor()
    await looksWell(t, page, server.url, [`/jobs/${items[0]!.id}`])
  })

  await t.test('the keyboard is enough, and a new view has the focus', async t => {
    await page.goto(`${server.url}/jobs`)
    await page.getByLabel('Select a.csv').waitFor()
    await page.keyboard.press('Tab')
    t.equal(await page.evaluate('document.activeElement.textContent'), 'Skip to the view')
    await page.keyboard.press('Enter')
    t.equal(await page.evaluate('document.activeElement.id'), 'view')
    await page.getByLabel('Select a.csv').focus()
    await page.keyboard.press('Space')
    const opener = page.getByRole('button', { name: 'Delete…' })
    await opener.focus()
    await page.keyboard.press('Enter')
    await dialog.waitFor()
    t.equal(await page.evaluate("document.activeElement.closest('dialog') !== null"), true, 'the dialog has the focus')
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    t.equal(await page.evaluate('document.activeElement.textContent'), 'Delete…', 'the focus is back')
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
