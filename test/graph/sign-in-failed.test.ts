import t from 'tap'
import { signInFailed } from '../../src/graph/sign-in-failed.ts'
import { signInFaults } from '../../src/graph/sign-in-faults.ts'

const now = Date.UTC(2026, 0, 1, 12)
const attempt = {
  kind: 'secret',
  tenantId: 'contoso.com',
  clientId: 'app-1',
  authorityUrl: 'https://login.microsoftonline.com',
  nowMs: now,
}
const aadsts = (code: number, text = 'No.') =>
  signInFailed(
    new Error(
      `invalid_client: ${code} - Timestamp: 2026-01-01 12:00:01Z - Description: AADSTS${code}: ${text} Trace ID: 1`,
    ),
    attempt,
  )

t.test('each common mistake has a message that says what to do', async t => {
  const table: [code: number, words: RegExp][] = [
    [90002, /^Tenant contoso\.com was not found/],
    [900023, /^Tenant contoso\.com was not found/],
    [7000215, /secret of app app-1 is wrong/],
    [7000222, /secret of app app-1 has expired/],
    [700016, /The app app-1 was not found in tenant/],
    [65001, /Consent to the app app-1/],
    [53003, /conditional access policy/],
    [50076, /multi-factor/],
    [530003, /compliant device/],
    [700027, /certificate is not registered/],
    [700024, /clock is wrong/],
  ]
  for (const [code, words] of table) {
    const error = aadsts(code)
    t.equal(error.code, 'SIGN_IN_FAILED')
    t.match(error.message, words)
    t.equal(error.facts['code'], `AADSTS${code}`)
    t.match(error.fix, /\w{3}/)
  }
})

t.test('no code has two meanings', async t => {
  for (const kind of [undefined, 'refresh-token']) {
    const codes = signInFaults.filter(fault => fault.kind === kind).flatMap(fault => fault.codes)
    t.equal(new Set(codes).size, codes.length)
  }
})

t.test("an unknown refusal is reported in Entra's words, without its trace", async t => {
  const { code, message } = aadsts(999999, 'Something new.')
  t.strictSame(
    [code, message],
    ['SIGN_IN_FAILED', 'Signing in to tenant contoso.com (secret) failed: AADSTS999999: Something new.'],
  )
})

t.test('a busy service is retryable', async t => {
  t.equal(aadsts(90033).code, 'GRAPH_UNAVAILABLE')
  t.equal(signInFailed(new Error('x'), { ...attempt, status: 503 }).code, 'GRAPH_UNAVAILABLE')
})

t.test('a wrong clock is reported, with the difference and its direction', async t => {
  const at = (text: string) => signInFailed(new Error(`AADSTS700024: Expired. Timestamp: ${text}`), attempt).message
  t.match(at('2026-01-01 11:50:00Z'), /clock is 10 minutes ahead/)
  t.match(at('2026-01-01 13:00:00Z'), /clock is 60 minutes behind/)
  t.notMatch(at('2026-01-01 12:01:00Z'), /minutes/)
  t.match(signInFailed(new Error('no'), { ...attempt, serverMs: now - 600_000 }).message, /10 minutes ahead/)
})

t.test('the Azure CLI says whether it is missing or not signed in', async t => {
  const cli = (message: string) =>
    signInFailed(new Error(message), { ...attempt, kind: 'azure-cli', clientId: undefined })
  t.match(
    cli(
      "Azure CLI could not be found. Please visit https://aka.ms/azure-cli for installation instructions and then, once installed, authenticate to your Azure account using 'az login'.",
    ),
    {
      code: 'SIGN_IN_FAILED',
      message: /not installed/,
    },
  )
  t.match(cli("Please run 'az login' from a command prompt to authenticate before using this credential."), {
    code: 'SIGN_IN_FAILED',
    message: /not signed in to tenant contoso\.com/,
    fix: /az login --tenant contoso\.com/,
  })
})

t.test('messages without a known tenant or app do not name one', async t => {
  const unknown = { ...attempt, kind: 'azure-cli', tenantId: undefined, clientId: undefined }
  const shown = (message: string) => {
    const error = signInFailed(new Error(message), unknown)
    return [error.message, error.fix]
  }
  t.strictSame(shown("Please run 'az login' from a command prompt."), [
    'The Azure CLI is not signed in to the tenant.',
    'Run `az login --allow-no-subscriptions`, then try again.',
  ])
  t.strictSame(shown('AADSTS700016: No.'), [
    'The app was not found in the tenant.',
    'Check clientId and tenantId. If the app belongs to another tenant, an administrator of this one must consent to it first.',
  ])
  t.strictSame(shown('AADSTS7000222: No.'), [
    'The client secret of the app has expired.',
    'Create a new one under Certificates & secrets and store it.',
  ])
  t.strictSame(shown('Something broke.'), [
    'Signing in to the tenant (azure-cli) failed: Something broke.',
    'Check the tenant’s credential with `entrapipe tenants check`.',
  ])
})

t.test('a network failure and a certificate failure are reported as what they are', async t => {
  const system = (code: string) => signInFailed(Object.assign(new Error('x'), { code }), attempt)
  t.match(system('ENOTFOUND'), {
    code: 'GRAPH_UNAVAILABLE',
    message: /login\.microsoftonline\.com failed: its name was not found/,
  })
  t.match(system('SELF_SIGNED_CERT_IN_CHAIN'), { code: 'SIGN_IN_FAILED', message: /company.s CA file/ })
  t.match(
    signInFailed(new Error('wrapped', { cause: new Error('self-signed certificate in certificate chain') }), attempt),
    {
      code: 'SIGN_IN_FAILED',
      message: /company.s CA file/,
    },
  )
  t.match(signInFailed(new Error('x'), { ...attempt, status: 407 }), { code: 'SIGN_IN_FAILED', message: /proxy/ })
})
