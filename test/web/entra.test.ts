import { chromium } from 'playwright-core'
import t from 'tap'
import { serverBed } from '../api/server-bed.ts'
import { browserPath, skip } from '../browser.ts'
import { entraAuthority } from '../servers/entra-authority.ts'

t.test('signing in with Entra', { skip, timeout: 120_000 }, async t => {
  let url = ''
  const entra = await entraAuthority(t, () => `${url}/`)
  const server = await serverBed(t, { entra: entra.app })
  url = server.url
  const opened = await chromium.launch({ executablePath: browserPath(), args: ['--no-sandbox'] })
  t.teardown(() => opened.close())
  const context = await opened.newContext()
  context.setDefaultTimeout(20_000)
  const page = await context.newPage()
  const asked = new Set<string>()
  page.on('request', request => asked.add(new URL(request.url()).origin))
  const begin = page.getByRole('button', { name: 'Sign in with Entra' })
  const refusal = async (): Promise<string | null> => {
    await page.getByRole('alert').waitFor()
    return page.getByRole('alert').textContent()
  }

  await t.test('a person who is refused, by Entra or by the server, reads why', async t => {
    await page.goto(`${url}/jobs`)
    entra.person.refuses = 'AADSTS50105: The signed in user is not assigned to a role for the application.'
    await begin.click()
    t.equal(await refusal(), `Entra has not signed you in: ${entra.person.refuses}`)
    t.equal(page.url(), `${url}/jobs`, 'nothing of the answer stays in the address')
    entra.person.refuses = undefined
    entra.person.roles = []
    await begin.click()
    t.match(await refusal(), /^This needs the role Reader or Admin, and bob@contoso\.com has none\./)
  })

  await t.test('a code that this window has not asked for signs nobody in', async t => {
    await page.goto(`${url}/#code=stolen&state=foreign`)
    t.equal(await refusal(), 'Entra has not signed you in: this window has not asked for it. Try again.')
  })

  await t.test('a person is signed in with a code and its proof, and comes back to the view', async t => {
    entra.person.roles = ['Operator']
    await page.goto(`${url}/schedules?x=1`)
    await begin.click()
    await page.getByText('There are no schedules.').waitFor()
    t.equal(page.url(), `${url}/schedules?x=1`)
    t.match(await page.locator('.person').textContent(), /^bob@contoso\.com, Operator/)
    t.strictSame([...asked].sort(), [url, entra.authority].sort(), 'the page asks nobody else')
    t.equal(await page.evaluate('JSON.stringify([localStorage, sessionStorage])'), '[{},{}]', 'no token is kept')
    await page.getByRole('button', { name: 'Sign out' }).click()
    await begin.waitFor()
  })
})
